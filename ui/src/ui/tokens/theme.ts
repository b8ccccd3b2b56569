import { createTheme, type MantineColorsTuple } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#e8f5f6',
  '#d0e9eb',
  '#a2d2d7',
  '#70bac2',
  '#45a5af',
  '#2795a1',
  '#138590',
  '#0a7480',
  '#05646f',
  '#02505a',
];

const ink: MantineColorsTuple = [
  '#d6dade',
  '#b5bcc3',
  '#98a1aa',
  '#737d88',
  '#4b545e',
  '#363e47',
  '#2a3139',
  '#1d2228',
  '#161a1f',
  '#101317',
];

/** System fonts first, then the faces that carry Hangul, Han and Hebrew on each system. No network. */
const FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Apple SD Gothic Neo", "Malgun Gothic", ' +
  '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK KR", "Noto Sans CJK SC", "Arial Hebrew", "Noto Sans Hebrew", sans-serif';

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: 7,
  colors: { petrol, dark: ink },
  fontFamily: FONT,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '20px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } },
  },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 6,
  cursorType: 'pointer',
  components: {
    Alert: { styles: { label: { color: 'var(--v-text)' } } },
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    InputWrapper: { defaultProps: { size: 'xs' }, styles: { description: { fontSize: 12 } } },
    TextInput: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    TagsInput: { defaultProps: { size: 'xs' } },
    DateTimePicker: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, fz: 12 } },
    /** A click beside a dialog does not throw away what was typed in it. */
    Modal: { defaultProps: { closeOnClickOutside: false } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end' } },
    Popover: { defaultProps: { shadow: 'md' } },
  },
});
