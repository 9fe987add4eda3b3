/** What stands around every page: the project's name, the navigation, the palette, the colours. */
import { Button, IconButton, Kbd, Text, Tooltip } from "@radix-ui/themes";
import { useQueryClient } from "@tanstack/react-query";
import { LogOut, Monitor, Moon, Search, Sun } from "lucide-react";
import { Suspense, lazy, useEffect, useRef, useState } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";

import { Waiting } from "../parts/waiting.tsx";
import { useProject } from "../session/project.ts";
import { signOut } from "../session/session.ts";
import { TEXTS } from "../texts.ts";
import { ErrorBoundary } from "./error-view.tsx";
import { NotFound } from "./not-found.tsx";
import { PAGES } from "./pages.ts";
import { chooseTheme, themeAfter, useTheme } from "./theme.ts";

const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));

const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon };

export function Frame() {
  const [location] = useLocation();
  const queries = useQueryClient();
  const palette = usePalette();
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {TEXTS.skip}
      </a>
      <Header openPalette={palette.open} />
      <Navigation />
      <main id="content" tabIndex={-1}>
        <ErrorBoundary
          resetKey={location}
          onRetry={() =>
            void queries.resetQueries({ predicate: ({ state }) => state.error !== null })
          }
        >
          <Suspense fallback={<Waiting />}>
            <Pages />
          </Suspense>
        </ErrorBoundary>
      </main>
      {palette.wasOpened && (
        <Suspense fallback={null}>
          <Palette isOpen={palette.isOpen} setOpen={palette.setOpen} />
        </Suspense>
      )}
    </div>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/">
        <Redirect to={PAGES[0]?.path ?? "/threads"} replace />
      </Route>
      {PAGES.map(({ path, page: Page }) => (
        <Route key={path} path={`${path}/*?`}>
          <Page />
        </Route>
      ))}
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

function Header({ openPalette }: { openPalette: () => void }) {
  const { project } = useProject();
  const { choice } = useTheme();
  const ThemeIcon = THEME_ICONS[choice];
  const themeLabel = TEXTS.theme.next(TEXTS.theme[choice]);
  return (
    <header className="top">
      <Link href="/" className="home" aria-label={TEXTS.name}>
        <img src="/studio/mark.svg" width="24" height="24" alt="" />
        <Text weight="bold">{TEXTS.name}</Text>
      </Link>
      <Text className="project" title={project.id} truncate>
        {project.name}
      </Text>
      <Button className="search" variant="surface" color="gray" highContrast onClick={openPalette}>
        <Search size={15} aria-hidden />
        <span className="wide">{TEXTS.palette.open}</span>
        <Kbd className="wide">⌘K</Kbd>
        <span className="narrow hidden-text">{TEXTS.palette.open}</span>
      </Button>
      <Tooltip content={themeLabel}>
        <IconButton
          variant="ghost"
          color="gray"
          highContrast
          aria-label={themeLabel}
          onClick={() => chooseTheme(themeAfter(choice))}
        >
          <ThemeIcon size={18} aria-hidden />
        </IconButton>
      </Tooltip>
      <Tooltip content={TEXTS.signIn.signOut}>
        <IconButton
          variant="ghost"
          color="gray"
          highContrast
          aria-label={TEXTS.signIn.signOut}
          onClick={signOut}
        >
          <LogOut size={18} aria-hidden />
        </IconButton>
      </Tooltip>
    </header>
  );
}

function Navigation() {
  const [location] = useLocation();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone they stand in a row that scrolls.
    nav.current
      ?.querySelector("[aria-current]")
      ?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [location]);
  return (
    <nav className="side" aria-label={TEXTS.nav.label} ref={nav}>
      {PAGES.map(({ path, name, icon: Icon }) => (
        <Link
          key={path}
          href={path}
          aria-current={location === path || location.startsWith(`${path}/`) ? "page" : undefined}
        >
          <Icon size={17} aria-hidden />
          {name}
        </Link>
      ))}
      <a className="apart" href="/docs" target="_blank" rel="noreferrer">
        {TEXTS.nav.docs}
      </a>
    </nav>
  );
}

/** Loaded at its first opening, which ⌘K or Ctrl+K asks for from anywhere. */
function usePalette() {
  const [isOpen, setOpen] = useState(false);
  const [wasOpened, setOpened] = useState(false);
  const open = () => {
    setOpened(true);
    setOpen(true);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        setOpened(true);
        setOpen((was) => !was);
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return { isOpen, setOpen, wasOpened, open };
}
