export { ApiError, OfflineError, toldOfValue } from './errors';
export {
  catalogue,
  type FieldChange,
  type FormulaFound,
  type NewField,
  type NewObject,
  type RollupFound,
} from './catalogue';
export { costing } from './costing';
export { exports, type ExportFormat, type ExportRun, type NewExport } from './exports';
export { files, type AttachedFile, type FileUsage } from './files';
export {
  changes,
  type ChangeAction,
  type ChangePreview,
  type ChangeRun,
  type ChangeSample,
  type NewChange,
} from './changes';
export { answers } from './health';
export { newKey } from './http';
export { imports } from './imports';
export { insight } from './insight';
export { jobs } from './jobs';
export { keys } from './keys';
export {
  keyCustomers,
  type Comparison,
  type NewRound,
  type RankedCustomer,
  type Round,
  type RoundParticipant,
  type RoundStanding,
  type RoundState,
  type WholeRound,
} from './keycustomers';
export {
  merges,
  type Merge,
  type MergeCandidate,
  type MergeField,
  type MergePreview,
  type MergeSource,
  type NewMerge,
} from './merges';
export { methods } from './methods';
export { matching, type Duplicate, type LikenessReason } from './matching';
export { policies, type NewPolicy, type Policy, type Principles, type Ruling } from './policies';
export { retention, type IdleRule, type Retention, type RuleFound, type TrashRule } from './retention';
export { nextOffers, type Allocation, type BestOffer, type OfferGiven, type OfferReason } from './offers';
export {
  pivots,
  type FigureFunction,
  type Pivot,
  type PivotAsked,
  type PivotAxis,
  type PivotFigure,
  type PivotHead,
  type PivotKey,
  type PivotRow,
  type PivotSort,
  type PivotStep,
  type PivotValue,
} from './pivots';
export { records, search, type Draft, type ListQuery, type WholeRecord } from './records';
export {
  actions,
  type Action as MeasuredAction,
  type ActionGroup,
  type ActionResult,
  type Decision,
  type GroupSizes,
  type Interval,
  type NewAction,
  type SuccessKind,
} from './actions';
export { access, type Action, type BoundRole, type Reach, type Rule, type Rules } from './access';
export { session, tokens, workspace } from './session';
export { useLiveUpdates } from './events';
export { isOver, useJob } from './useJob';
export { meQuery, useMe } from './useMe';
export { visibility, type SightReason, type Standing, type Visibility } from './visibility';
export { views, type NewView } from './views';
export type * from './types';
export type * from './types.costing';
export type * from './types.imports';
export type * from './types.insight';
export type * from './types.leaving';
export type * from './types.methods';
export type * from './types.moves';
export type * from './types.work';
