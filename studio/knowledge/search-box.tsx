/** Asks a base as a tool would, and shows what it found with its scores. */
import { Badge, Button, Code, Flex, Text, TextField } from "@radix-ui/themes";
import { useMutation } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";

import { type Reply, call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";

const { knowledge: WORDS } = TEXTS;

const SEARCH = "POST /api/sdk/p/{project_id}/knowledge/{name}/search";

type Found = Reply<typeof SEARCH>;

export function SearchBox({ name }: { name: string }) {
  const { project } = useProject();
  const [query, setQuery] = useState("");
  const [tag, setTag] = useState("");
  const search = useMutation({
    mutationFn: () =>
      call(SEARCH, {
        path: { project_id: project.id, name },
        body: { query, include_tags: tag.trim() === "" ? [] : [tag.trim()] },
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    search.mutate();
  };
  return (
    <Flex direction="column" gap="4">
      <form role="search" onSubmit={submit}>
        <Flex gap="2" wrap="wrap">
          <TextField.Root
            className="grow"
            aria-label={WORDS.query}
            placeholder={WORDS.query}
            value={query}
            required
            onChange={(event) => setQuery(event.target.value)}
          />
          <TextField.Root
            aria-label={WORDS.tag}
            placeholder={WORDS.tag}
            value={tag}
            onChange={(event) => setTag(event.target.value)}
          />
          <Button type="submit" loading={search.isPending}>
            <Search size={15} aria-hidden /> {WORDS.ask}
          </Button>
        </Flex>
      </form>
      {search.error !== null && <ErrorView error={search.error} />}
      {search.data !== undefined && <Hits name={name} found={search.data} />}
    </Flex>
  );
}

function Hits({ name, found: { hits, ranked_by: rankedBy } }: { name: string; found: Found }) {
  if (hits.length === 0) {
    return <Empty title={WORDS.nothing}>{WORDS.nothingHow}</Empty>;
  }
  const best = hits[0]?.score ?? 1;
  return (
    <>
      <Text size="1" color="gray" highContrast>
        {WORDS.rankedBy(rankedBy.map((one) => WORDS.rank[one]).join(", "))}
      </Text>
      <ol className="actions" aria-label={WORDS.hits}>
        {hits.map((hit) => (
          <li key={`${hit.document_id} ${hit.offset}`}>
            <Flex direction="column" gap="2" py="3">
              <Flex gap="3" align="center" wrap="wrap" className="facts">
                <meter min={0} max={best} value={hit.score} aria-label={WORDS.score} />
                <Code size="1" color="gray" highContrast>
                  {hit.score.toFixed(4)}
                </Code>
                <Link href={`/knowledge/${name}/${encodeURIComponent(hit.document_id)}`}>
                  {hit.document_id}
                </Link>
                <Text size="1">{WORDS.at(hit.offset)}</Text>
                {hit.tags.map((one) => (
                  <Badge key={one} color="gray" highContrast>
                    {one}
                  </Badge>
                ))}
              </Flex>
              <p className="wrap passage-text">{hit.text}</p>
            </Flex>
          </li>
        ))}
      </ol>
    </>
  );
}
