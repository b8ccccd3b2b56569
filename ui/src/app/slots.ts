import { lazy } from 'react';
import type { RecordSlots } from '@/records';

/** What features put on the record page. */
export const recordSlots: RecordSlots = {
  value: {
    objects: ['company', 'person'],
    component: lazy(() => import('@/features/base').then((module) => ({ default: module.ValuePanel }))),
  },
  panels: [
    {
      key: 'offer',
      objects: ['offer'],
      component: lazy(() => import('@/features/offers').then((module) => ({ default: module.OfferPanel }))),
    },
    {
      key: 'best-offer',
      objects: ['company', 'person'],
      component: lazy(() =>
        import('@/features/offers').then((module) => ({ default: module.BestOfferPanel })),
      ),
    },
    {
      key: 'policies',
      objects: ['company', 'person'],
      component: lazy(() =>
        import('@/features/policies').then((module) => ({ default: module.PolicyPanel })),
      ),
    },
    {
      key: 'files',
      component: lazy(() => import('@/features/files').then((module) => ({ default: module.FilesPanel }))),
    },
    {
      key: 'visibility',
      component: lazy(() =>
        import('@/features/visibility').then((module) => ({ default: module.VisibilityPanel })),
      ),
    },
  ],
  draft: [
    {
      key: 'duplicates',
      component: lazy(() =>
        import('@/features/matching').then((module) => ({ default: module.DuplicateWarning })),
      ),
    },
  ],
  listTools: [
    {
      key: 'pivot',
      component: lazy(() => import('@/features/pivot').then((module) => ({ default: module.PivotTool }))),
    },
    {
      key: 'export',
      component: lazy(() => import('@/features/exports').then((module) => ({ default: module.ExportTool }))),
    },
    {
      key: 'actions',
      component: lazy(() => import('@/features/actions').then((module) => ({ default: module.ActionTool }))),
    },
    {
      key: 'policies',
      component: lazy(() => import('@/features/policies').then((module) => ({ default: module.PolicyTool }))),
    },
  ],
  actions: [
    {
      key: 'merging',
      component: lazy(() => import('@/features/merging').then((module) => ({ default: module.MergeAction }))),
    },
    {
      key: 'inviting',
      component: lazy(() => import('@/features/inviting').then((module) => ({ default: module.SignInLink }))),
    },
  ],
  mergeNote: lazy(() => import('@/features/merging').then((module) => ({ default: module.UndoMerge }))),
  selection: [
    {
      key: 'changing',
      all: true,
      inTrash: true,
      component: lazy(() =>
        import('@/features/changing').then((module) => ({ default: module.ChangeTools })),
      ),
    },
    {
      key: 'merging',
      component: lazy(() => import('@/features/merging').then((module) => ({ default: module.MergeTool }))),
    },
  ],
};
