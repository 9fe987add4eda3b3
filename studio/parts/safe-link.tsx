import type { ReactNode } from "react";

const SAFE = /^(https?:|mailto:)/i;

/** A link to elsewhere, out of somebody's text: it opens beside the studio, and never runs a script. */
export function SafeLink({
  href = "",
  children,
}: {
  href?: string | undefined;
  children?: ReactNode;
}) {
  return SAFE.test(href) ? (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow">
      {children}
    </a>
  ) : (
    <span>{children}</span>
  );
}
