import { Button, Flex, Grid, Popover, Select, Text, TextField } from "@radix-ui/themes";
import { SlidersHorizontal } from "lucide-react";
import { type ComponentProps, useId } from "react";
import { useSearchParams } from "wouter";

import { TEXTS } from "../texts.ts";
import { useTools } from "../tools/use-tools.ts";
import { FILTER_FIELDS, type FilterField, countFilters } from "./thread-filter.ts";

const { threads: WORDS } = TEXTS;

/** Radix has no choice without a value. */
const ANY = "any";

export function ThreadFilters() {
  const [search, setSearch] = useSearchParams();
  const active = countFilters(search);
  const set = (field: FilterField, value: string) =>
    setSearch((now) => {
      if (value === "") {
        now.delete(field);
      } else {
        now.set(field, value);
      }
      return now;
    });
  const clear = () =>
    setSearch((now) => {
      for (const field of FILTER_FIELDS) {
        now.delete(field);
      }
      return now;
    });
  const field = (name: FilterField) => ({
    value: search.get(name) ?? "",
    setValue: (value: string) => set(name, value),
  });
  return (
    <Flex gap="2">
      <Popover.Root>
        <Popover.Trigger>
          <Button variant={active > 0 ? "soft" : "surface"} color="gray" highContrast>
            <SlidersHorizontal size={14} aria-hidden />
            {active > 0 ? WORDS.filtersActive(active) : WORDS.filters}
          </Button>
        </Popover.Trigger>
        <Popover.Content width="24rem" maxWidth="calc(100vw - 2rem)" aria-label={WORDS.filters}>
          <Grid columns="2" gap="3">
            <ToolField {...field("tool")} />
            <Field label={WORDS.participant} {...field("participant")} />
            <Field label={WORDS.metadataName} {...field("name")} />
            <Field label={WORDS.metadataValue} {...field("value")} />
            <Field label={WORDS.from} type="date" {...field("from")} />
            <Field label={WORDS.until} type="date" {...field("until")} />
          </Grid>
        </Popover.Content>
      </Popover.Root>
      {active > 0 && (
        <Button variant="ghost" color="gray" highContrast my="auto" onClick={clear}>
          {WORDS.clear}
        </Button>
      )}
    </Flex>
  );
}

interface FieldProps {
  label: string;
  value: string;
  setValue: (value: string) => void;
  type?: ComponentProps<typeof TextField.Root>["type"];
}

/** Taken when it is left or Enter is pressed, so that half a word asks for nothing. */
function Field({ label, value, setValue, type = "text" }: FieldProps) {
  const id = useId();
  return (
    <Flex direction="column" gap="1">
      <Text as="label" size="1" htmlFor={id}>
        {label}
      </Text>
      <TextField.Root
        key={value}
        id={id}
        type={type}
        defaultValue={value}
        onBlur={(event) => setValue(event.target.value.trim())}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            setValue(event.currentTarget.value.trim());
          }
        }}
      />
    </Flex>
  );
}

function ToolField({ value, setValue }: Pick<FieldProps, "value" | "setValue">) {
  const id = useId();
  const tools = useTools();
  return (
    <Flex direction="column" gap="1">
      <Text as="label" size="1" htmlFor={id}>
        {WORDS.tool}
      </Text>
      <Select.Root
        value={value === "" ? ANY : value}
        onValueChange={(chosen) => setValue(chosen === ANY ? "" : chosen)}
      >
        <Select.Trigger id={id} />
        <Select.Content>
          <Select.Item value={ANY}>{WORDS.anyTool}</Select.Item>
          {tools.data?.map((tool) => (
            <Select.Item key={tool.id} value={tool.id}>
              {tool.name}
            </Select.Item>
          ))}
        </Select.Content>
      </Select.Root>
    </Flex>
  );
}
