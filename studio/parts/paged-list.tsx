/** A list that the API gives in pages: waits, says what is wrong or that there is nothing, and scrolls on. */
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { type ReactNode, useCallback } from "react";

import { ErrorView } from "../frame/error-view.tsx";
import { VirtualList } from "./virtual-list.tsx";
import { Waiting } from "./waiting.tsx";

interface PagedListProps<Page, Item> {
  label: string;
  listed: UseInfiniteQueryResult<InfiniteData<Page>>;
  itemsOf: (page: Page) => readonly Item[];
  /** Pixels. */
  rowHeight: number;
  keyOf: (item: Item) => string;
  draw: (item: Item) => ReactNode;
  /** Stands there where nothing is listed. */
  empty: ReactNode;
}

export function PagedList<Page, Item>(props: PagedListProps<Page, Item>) {
  const { listed, itemsOf, empty } = props;
  const { fetchNextPage, isFetchingNextPage } = listed;
  const loadMore = useCallback(() => {
    if (!isFetchingNextPage) {
      void fetchNextPage();
    }
  }, [fetchNextPage, isFetchingNextPage]);
  if (listed.isPending) {
    return <Waiting />;
  }
  if (listed.isError) {
    return <ErrorView error={listed.error} retry={() => void listed.refetch()} />;
  }
  const items = listed.data.pages.flatMap(itemsOf);
  return items.length === 0 ? (
    empty
  ) : (
    <VirtualList
      label={props.label}
      items={items}
      rowHeight={props.rowHeight}
      keyOf={props.keyOf}
      draw={props.draw}
      hasMore={listed.hasNextPage}
      loadMore={loadMore}
    />
  );
}
