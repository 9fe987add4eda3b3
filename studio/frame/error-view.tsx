/** What to do about an error, first; what the server said, below. */
import { Button, Callout, Code, Flex, Text } from "@radix-ui/themes";
import { TriangleAlert } from "lucide-react";
import { Component, type ReactNode } from "react";

import { ApiError } from "../api/api-error.ts";
import { signOut } from "../session/session.ts";
import { TEXTS } from "../texts.ts";

const { errors: WORDS } = TEXTS;

const BY_STATUS: Record<number, string> = {
  0: WORDS.noAnswer,
  401: WORDS.unauthorized,
  403: WORDS.forbidden,
  404: WORDS.notFound,
  409: WORDS.conflict,
  413: WORDS.tooLarge,
};

/** What the user can do about it. */
export function adviceFor(error: unknown): string {
  if (!(error instanceof ApiError)) {
    return WORDS.page;
  }
  if (error.status === 429) {
    return WORDS.tooMany(error.retryAfter);
  }
  return BY_STATUS[error.status] ?? (error.status >= 500 ? WORDS.server : WORDS.invalid);
}

interface ErrorViewProps {
  error: unknown;
  retry?: (() => void) | undefined;
}

export function ErrorView({ error, retry }: ErrorViewProps) {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof ApiError ? error : null;
  return (
    <Callout.Root color="red" role="alert" highContrast>
      <Callout.Icon>
        <TriangleAlert size={16} aria-hidden />
      </Callout.Icon>
      <Flex direction="column" gap="2" minWidth="0">
        <Text size="2" weight="medium">
          {adviceFor(error)}
        </Text>
        <Text size="2" className="wrap">
          {message}
        </Text>
        {known !== null && known.issues.length > 0 && (
          <ul className="issues">
            {known.issues.map((issue) => (
              <li key={`${issue.path.join(".")} ${issue.message}`}>
                <Code variant="ghost">{issue.path.join(".")}</Code> {issue.message}
              </li>
            ))}
          </ul>
        )}
        {known !== null && known.requestId !== null && (
          <Text size="1">
            {WORDS.request("")}
            <Code variant="ghost">{known.requestId}</Code>
          </Text>
        )}
        <Flex gap="2">
          {known?.status === 401 ? (
            <Button size="1" onClick={signOut}>
              {TEXTS.signIn.signOut}
            </Button>
          ) : (
            retry !== undefined && (
              <Button size="1" variant="surface" highContrast onClick={retry}>
                {TEXTS.retry}
              </Button>
            )
          )}
        </Flex>
      </Flex>
    </Callout.Root>
  );
}

interface BoundaryProps {
  children: ReactNode;
  /** A change of it forgets the error: another page is another try. */
  resetKey: string;
  onRetry: () => void;
}

export class ErrorBoundary extends Component<BoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(before: BoundaryProps) {
    if (before.resetKey !== this.props.resetKey && this.state.error !== null) {
      this.setState({ error: null });
    }
  }

  override render() {
    if (this.state.error === null) {
      return this.props.children;
    }
    return (
      <div className="page">
        <ErrorView
          error={this.state.error}
          retry={() => {
            this.props.onRetry();
            this.setState({ error: null });
          }}
        />
      </div>
    );
  }
}
