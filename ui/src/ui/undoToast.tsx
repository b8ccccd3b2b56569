import { Button, Group, Text } from '@mantine/core';
import { hideToast, toast } from './toast';

/** News with a way back. */
export function undoToast(message: string, undo: string, act: () => void): void {
  let id = '';
  const content = (
    <Group justify="space-between" wrap="nowrap">
      <Text>{message}</Text>
      <Button
        variant="light"
        onClick={() => {
          hideToast(id);
          act();
        }}
      >
        {undo}
      </Button>
    </Group>
  );
  id = toast({ message: content, lasts: 10_000 });
}
