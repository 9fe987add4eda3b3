import { Button, Flex, Text } from "@radix-ui/themes";
import { Upload as UploadIcon } from "lucide-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";

interface DropZoneProps {
  label: string;
  hint: string;
  onFiles: (files: readonly File[]) => void;
  children?: ReactNode;
}

/** Takes files that are dropped on it, and opens the system's choice for those who do not drop. */
export function DropZone({ label, hint, onFiles, children }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  return (
    <div
      className="drop-zone"
      data-over={isOver}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Flex gap="3" align="center" wrap="wrap">
        <Button onClick={() => input.current?.click()}>
          <UploadIcon size={15} aria-hidden /> {label}
        </Button>
        <Text size="1" color="gray" highContrast>
          {hint}
        </Text>
      </Flex>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={label}
        onChange={({ target }) => {
          onFiles([...(target.files ?? [])]);
          target.value = "";
        }}
      />
      {children}
    </div>
  );
}
