import { Theme } from "@radix-ui/themes";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Router } from "wouter";

import { ApiError } from "./api/api-error.ts";
import { Frame } from "./frame/frame.tsx";
import { useTheme } from "./frame/theme.ts";
import { Waiting } from "./parts/waiting.tsx";
import { useKey } from "./session/session.ts";
import { SignIn, useSignedIn } from "./session/sign-in.tsx";

/** How long what was read is shown again without asking. */
const STALE_MS = 10_000;
const MAX_RETRIES = 2;

export function App() {
  const { appearance } = useTheme();
  const key = useKey();
  return (
    <Theme accentColor="orange" grayColor="sand" radius="medium" appearance={appearance}>
      <Queries key={key}>
        <Router base="/studio">
          <Entrance />
        </Router>
      </Queries>
    </Theme>
  );
}

/** Made anew for each key: what one read is not for the next. */
function Queries({ children }: { children: ReactNode }) {
  const [queries] = useState(makeQueries);
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}

function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        // What the caller did wrong does not get right by itself.
        retry: (count, error) => count < MAX_RETRIES && mayPass(error),
      },
    },
  });
}

function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

function Entrance() {
  const { isIn, error, retry } = useSignedIn();
  if (isIn === null) {
    return <Waiting />;
  }
  return isIn ? <Frame /> : <SignIn error={error} retry={retry} />;
}
