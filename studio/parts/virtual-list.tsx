/** A list of any length: only the rows in sight are drawn, and the next page is asked for at its end. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";

/** Drawn above and below what is in sight. */
const OVERSCAN = 12;

interface VirtualListProps<Item> {
  label: string;
  items: readonly Item[];
  /** Pixels. */
  rowHeight: number;
  keyOf: (item: Item) => string;
  draw: (item: Item) => ReactNode;
  hasMore: boolean;
  loadMore: () => void;
}

export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { items, rowHeight, keyOf, draw, hasMore, loadMore } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
  });
  const rows = virtual.getVirtualItems();
  const last = rows.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= items.length - 1) {
      loadMore();
    }
  }, [hasMore, last, items.length, loadMore]);
  return (
    <div className="scroll" ref={scroller}>
      <ul className="rows" aria-label={props.label} style={{ height: virtual.getTotalSize() }}>
        {rows.map(({ index, start }) => {
          const item = items[index];
          return (
            item !== undefined && (
              <li
                key={keyOf(item)}
                aria-setsize={hasMore ? -1 : items.length}
                aria-posinset={index + 1}
                style={{ transform: `translateY(${start}px)`, height: rowHeight }}
              >
                {draw(item)}
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
