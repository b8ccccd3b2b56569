import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';

interface Toast {
  title?: string;
  message: ReactNode;
  tone?: 'plain' | 'bad';
  /** Milliseconds; undo needs longer than news. */
  lasts?: number;
}

export function toast({ title, message, tone = 'plain', lasts = 5000 }: Toast): string {
  return notifications.show({ title, message, color: tone === 'bad' ? 'red' : 'petrol', autoClose: lasts });
}

export function hideToast(id: string): void {
  notifications.hide(id);
}
