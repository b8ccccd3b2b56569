import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { files, keys, type AttachedFile } from '@/api';
import { hideToast, toast } from '@/ui';

/** Takes a file off its record; the toast brings it back. */
export function useRemove(file: AttachedFile): () => void {
  const { t } = useTranslation();
  const client = useQueryClient();
  const fresh = (): Promise<void> =>
    client.invalidateQueries({ queryKey: keys.record(file.object, file.record) });
  const failed = (error: Error): void => void toast({ tone: 'bad', message: error.message });
  const restore = useMutation({
    mutationFn: () => files.restore(file.id),
    onSuccess: fresh,
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: () => files.remove(file.id),
    onError: failed,
    onSuccess: async () => {
      let id = '';
      const undo = (): void => {
        hideToast(id);
        restore.mutate();
      };
      id = toast({
        lasts: 10_000,
        message: (
          <Group justify="space-between" wrap="nowrap">
            <Text>{t('files.removed', { file: file.name })}</Text>
            <Button variant="light" onClick={undo}>
              {t('files.undo')}
            </Button>
          </Group>
        ),
      });
      await fresh();
    },
  });
  return () => remove.mutate();
}
