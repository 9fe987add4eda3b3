import { Badge, Button, Flex, Heading } from "@radix-ui/themes";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { Link, useLocation, useSearch } from "wouter";

import { ApiError } from "../api/api-error.ts";
import { call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Empty } from "../parts/empty.tsx";
import { Pairs } from "../parts/pairs.tsx";
import { RemoveButton } from "../parts/remove-button.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import { StickyScroll } from "./sticky-scroll.tsx";
import { entriesOf } from "./thread-entries.ts";
import { ThreadEntry } from "./thread-entry.tsx";
import { useThread } from "./use-thread.ts";

const { threads: WORDS } = TEXTS;

export function ThreadView({ id }: { id: string }) {
  const { read, messages, runs, isBroken, error } = useThread(id);
  const isEmpty = messages.length === 0 && runs.length === 0;
  return (
    <section className="pane detail" aria-label={WORDS.one(id)}>
      <ThreadHead id={id} isBroken={isBroken} />
      {error !== null && (
        <div className="page">
          <ErrorView
            error={error}
            retry={
              error instanceof ApiError && error.status === 404
                ? undefined
                : () => void read.refetch()
            }
          />
        </div>
      )}
      {read.isPending ? (
        <Waiting />
      ) : (
        <StickyScroll label={WORDS.messages}>
          {read.hasNextPage && (
            <Button
              variant="soft"
              color="gray"
              highContrast
              loading={read.isFetchingNextPage}
              onClick={() => void read.fetchNextPage()}
            >
              {WORDS.older}
            </Button>
          )}
          {isEmpty && error === null && (
            <Empty title={WORDS.noMessages}>{WORDS.noMessagesHow}</Empty>
          )}
          <ol className="messages">
            {entriesOf(messages, runs).map((entry) => (
              <ThreadEntry {...entry} key={entry.key} />
            ))}
          </ol>
        </StickyScroll>
      )}
    </section>
  );
}

function ThreadHead({ id, isBroken }: { id: string; isBroken: boolean | null }) {
  const search = useSearch();
  const { data } = useQuery({
    queryKey: ["thread", id],
    queryFn: ({ signal }) =>
      call("GET /api/sdk/threads/{thread_id}", { path: { thread_id: id } }, { signal }),
  });
  const { title, ...metadata } = data?.metadata ?? {};
  return (
    <div className="pane-head">
      <Flex align="center" gap="3">
        <Link className="only-narrow" href={`/threads${search && `?${search}`}`}>
          <ArrowLeft size={18} aria-label={WORDS.back} />
        </Link>
        <Flex align="center" gap="2" minWidth="0" flexGrow="1">
          <Heading as="h2" size="4" truncate title={id}>
            {title ?? id}
          </Heading>
          <CopyButton text={id} />
        </Flex>
        <LiveBadge isBroken={isBroken} />
        <DeleteThread id={id} />
      </Flex>
      <Pairs pairs={metadata} label={WORDS.metadata} />
    </div>
  );
}

function LiveBadge({ isBroken }: { isBroken: boolean | null }) {
  const [color, words] =
    isBroken === null
      ? (["gray", WORDS.connecting] as const)
      : isBroken
        ? (["amber", WORDS.broken] as const)
        : (["green", WORDS.live] as const);
  return (
    <Badge color={color} highContrast role="status">
      {words}
    </Badge>
  );
}

function DeleteThread({ id }: { id: string }) {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => call("DELETE /api/sdk/threads/{thread_id}", { path: { thread_id: id } }),
    onSuccess: async () => {
      go("/threads");
      await queries.invalidateQueries({ queryKey: ["threads"] });
    },
  });
  return <RemoveButton words={WORDS} removal={remove} />;
}
