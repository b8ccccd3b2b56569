import { lazy } from 'react';
import type { RecordSlots } from '@/records';

/** What features put on the record page. */
export const recordSlots: RecordSlots = {
  value: {
    objects: ['company', 'person'],
    component: lazy(() => import('@/features/base').then((module) => ({ default: module.ValuePanel }))),
  },
};
