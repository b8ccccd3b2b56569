import { VisuallyHidden } from '@mantine/core';
import { useRef, useState, type ReactElement, type ReactNode } from 'react';

interface FileDropProps {
  className?: string;
  /** What the hidden input is called. */
  label: string;
  accept?: string;
  multiple?: boolean;
  onFiles: (files: File[]) => void;
  /** What is shown; `choose` opens the dialogue of the system. */
  children: (choose: () => void) => ReactNode;
}

/** A place to drop files on, and a way to choose them for everyone else. */
export function FileDrop(props: FileDropProps): ReactElement {
  const { className, label, accept, multiple, onFiles, children } = props;
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (list: FileList | null): void => {
    if (list?.length) onFiles([...list]);
  };
  return (
    <div
      className={className}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      {children(() => input.current?.click())}
      <VisuallyHidden>
        <input
          ref={input}
          type="file"
          multiple={multiple}
          accept={accept}
          tabIndex={-1}
          aria-label={label}
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = '';
          }}
        />
      </VisuallyHidden>
    </div>
  );
}
