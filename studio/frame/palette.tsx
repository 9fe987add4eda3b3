/** ⌘K: goes to pages, tools and threads, and does what has no page. */
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useState } from "react";
import { useLocation } from "wouter";

import { call } from "../api/call.ts";
import { signOut } from "../session/session.ts";
import { TEXTS } from "../texts.ts";
import { useTools } from "../tools/use-tools.ts";
import { PAGES } from "./pages.ts";
import { THEMES, chooseTheme } from "./theme.ts";

const { palette: WORDS } = TEXTS;

/** A thread's id; a search finds no thread by it. */
const THREAD_ID = /^[\w.:-]{3,128}$/;
const NEWEST_THREADS = 5;

interface PaletteProps {
  isOpen: boolean;
  setOpen: (isOpen: boolean) => void;
}

export function Palette({ isOpen, setOpen }: PaletteProps) {
  const [, go] = useLocation();
  const [words, setWords] = useState("");
  const close = () => {
    setOpen(false);
    setWords("");
  };
  const goTo = (path: string) => {
    close();
    go(path);
  };
  const id = words.trim();
  return (
    <Command.Dialog
      open={isOpen}
      onOpenChange={(open) => (open ? setOpen(true) : close())}
      label={WORDS.title}
      container={document.querySelector<HTMLElement>(".radix-themes") ?? document.body}
      contentClassName="palette"
      overlayClassName="palette-overlay"
    >
      <Command.Input value={words} onValueChange={setWords} placeholder={WORDS.placeholder} />
      <Command.List>
        <Command.Empty>{WORDS.empty}</Command.Empty>
        <Command.Group heading={WORDS.pages}>
          {PAGES.map(({ path, name, icon: Icon }) => (
            <Command.Item key={path} value={`page ${name}`} onSelect={() => goTo(path)}>
              <Icon size={15} aria-hidden /> {name}
            </Command.Item>
          ))}
        </Command.Group>
        <Tools goTo={goTo} />
        <Threads goTo={goTo} />
        <Command.Group heading={WORDS.commands}>
          {THREAD_ID.test(id) && (
            <Command.Item value={`thread ${id}`} onSelect={() => goTo(`/threads/${id}`)}>
              {WORDS.openThread(id)}
            </Command.Item>
          )}
          {THEMES.map((theme) => (
            <Command.Item
              key={theme}
              value={`${TEXTS.theme.label} ${TEXTS.theme[theme]}`}
              onSelect={() => {
                chooseTheme(theme);
                close();
              }}
            >
              {TEXTS.theme.label}: {TEXTS.theme[theme]}
            </Command.Item>
          ))}
          <Command.Item value={TEXTS.signIn.signOut} onSelect={signOut}>
            {TEXTS.signIn.signOut}
          </Command.Item>
        </Command.Group>
      </Command.List>
    </Command.Dialog>
  );
}

function Tools({ goTo }: { goTo: (path: string) => void }) {
  const { data } = useTools();
  return (
    <Command.Group heading={WORDS.tools}>
      {data?.map(({ id, name }) => (
        <Command.Item key={id} value={`tool ${name} ${id}`} onSelect={() => goTo(`/chat/${id}`)}>
          {name}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function Threads({ goTo }: { goTo: (path: string) => void }) {
  const { data } = useQuery({
    queryKey: ["threads", "newest"],
    queryFn: ({ signal }) =>
      call("GET /api/sdk/threads", { query: { limit: NEWEST_THREADS } }, { signal }),
  });
  return (
    <Command.Group heading={WORDS.threads}>
      {data?.list.map(({ id, metadata }) => (
        <Command.Item key={id} value={`thread ${id}`} onSelect={() => goTo(`/threads/${id}`)}>
          {metadata?.["title"] ?? id}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
