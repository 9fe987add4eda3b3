import { Heading, TextField } from "@radix-ui/themes";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { type FormEvent, useCallback } from "react";
import { Link, useSearchParams } from "wouter";

import { type Reply, call } from "../api/call.ts";
import { Empty } from "../parts/empty.tsx";
import { fromSeconds } from "../parts/format.ts";
import { PagedList } from "../parts/paged-list.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";
import { countFilters, readQuery } from "./thread-filter.ts";
import { ThreadFilters } from "./thread-filters.tsx";

const { threads: WORDS } = TEXTS;

type Thread = Reply<"GET /api/sdk/threads">["list"][number];

const PAGE_SIZE = 50;
const ROW_HEIGHT = 60;

export function ThreadList({ chosen }: { chosen: string | null }) {
  const [search, setSearch] = useSearchParams();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const words = new FormData(event.currentTarget).get("q");
    setSearch((now) => {
      now.set("q", typeof words === "string" ? words.trim() : "");
      return now;
    });
  };
  return (
    <section className="pane list" aria-label={WORDS.title}>
      <div className="pane-head">
        <Heading as="h2" size="5">
          {WORDS.title}
        </Heading>
        <form role="search" onSubmit={submit}>
          <TextField.Root
            key={search.get("q")}
            name="q"
            type="search"
            defaultValue={search.get("q") ?? ""}
            aria-label={WORDS.search}
            placeholder={WORDS.searchPlaceholder}
          >
            <TextField.Slot>
              <Search size={15} aria-hidden />
            </TextField.Slot>
          </TextField.Root>
        </form>
        <ThreadFilters />
      </div>
      <Rows search={search} chosen={chosen} />
    </section>
  );
}

function Rows({ search, chosen }: { search: URLSearchParams; chosen: string | null }) {
  const asked = search.toString();
  const listed = useInfiniteQuery({
    queryKey: ["threads", asked],
    queryFn: ({ pageParam: after, signal }) =>
      call(
        "GET /api/sdk/threads",
        { query: { ...readQuery(search), limit: PAGE_SIZE, after } },
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ list }) => (list.length < PAGE_SIZE ? undefined : list.at(-1)?.id),
    placeholderData: keepPreviousData,
  });
  const draw = useCallback(
    (thread: Thread) => (
      <ThreadRow thread={thread} search={asked} isChosen={thread.id === chosen} />
    ),
    [asked, chosen],
  );
  const isNarrowed = countFilters(search) > 0 || (search.get("q") ?? "") !== "";
  return (
    <PagedList
      label={WORDS.list}
      listed={listed}
      itemsOf={({ list }) => list}
      rowHeight={ROW_HEIGHT}
      keyOf={({ id }) => id}
      draw={draw}
      empty={
        isNarrowed ? (
          <Empty title={WORDS.emptyFiltered}>{WORDS.emptyFilteredHow}</Empty>
        ) : (
          <Empty title={WORDS.empty}>{WORDS.emptyHow}</Empty>
        )
      }
    />
  );
}

interface RowProps {
  thread: Thread;
  search: string;
  isChosen: boolean;
}

function ThreadRow({ thread, search, isChosen }: RowProps) {
  const { title, ...metadata } = thread.metadata ?? {};
  const pairs = Object.entries(metadata).map(([name, value]) => `${name}: ${value}`);
  return (
    <Link
      href={`/threads/${encodeURIComponent(thread.id)}${search === "" ? "" : `?${search}`}`}
      className="row"
      aria-current={isChosen}
    >
      <span className="first">{title ?? thread.id}</span>
      <span className="second">
        <When ms={fromSeconds(thread.created_at)} />
        {title !== undefined && <span>{thread.id}</span>}
        {pairs.length > 0 && <span>{pairs.join(" · ")}</span>}
      </span>
    </Link>
  );
}
