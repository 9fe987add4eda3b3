/** A column that stays at its end while that grows, until its reader scrolls up. */
import { Button } from "@radix-ui/themes";
import { ArrowDown } from "lucide-react";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";

import { TEXTS } from "../texts.ts";

/** Pixels from the end that count as being there. */
const NEAR = 60;

export function StickyScroll({ label, children }: { label: string; children: ReactNode }) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [isAway, setAway] = useState(false);
  const toEnd = () => {
    const box = scroller.current;
    box?.scrollTo({ top: box.scrollHeight });
  };
  useLayoutEffect(toEnd, []);
  useEffect(() => {
    const inner = content.current;
    if (inner === null) {
      return undefined;
    }
    const growth = new ResizeObserver(() => {
      if (isAtEnd.current) {
        toEnd();
      }
    });
    growth.observe(inner);
    return () => growth.disconnect();
  }, []);
  const onScroll = () => {
    const box = scroller.current;
    if (box !== null) {
      isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
      setAway(!isAtEnd.current);
    }
  };
  return (
    <div className="sticky-outer">
      <div
        className="scroll"
        ref={scroller}
        onScroll={onScroll}
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <div className="column" ref={content}>
          {children}
        </div>
      </div>
      {isAway && (
        <Button className="to-end" radius="full" variant="classic" onClick={toEnd}>
          <ArrowDown size={14} aria-hidden /> {TEXTS.threads.latest}
        </Button>
      )}
    </div>
  );
}
