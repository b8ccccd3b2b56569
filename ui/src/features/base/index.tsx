export { BasePage } from './BasePage';
export { InsightSettingsPage } from './InsightSettingsPage';
export { ValuePanel } from './ValuePanel';
