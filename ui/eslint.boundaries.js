import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

/** Rooms from top to bottom: each may import only rooms below it, and itself. */
const rooms = ['app', 'features', 'records', 'fields', 'catalogue', 'api', 'ui'];

const downwards = rooms.map((room, i) => ({
  from: { element: { type: room } },
  allow: { to: { element: { types: { anyOf: room === 'features' ? rooms.slice(i + 1) : rooms.slice(i) } } } },
}));

export default tseslint.config({
  files: ['src/**/*.{ts,tsx}'],
  languageOptions: { parser: tseslint.parser },
  plugins: { boundaries },
  settings: {
    'import/resolver': { typescript: { project: './tsconfig.json' } },
    'boundaries/elements': rooms.map((room) =>
      room === 'features'
        ? { type: room, pattern: 'src/features/*', capture: ['slice'] }
        : { type: room, pattern: `src/${room}` },
    ),
    'boundaries/include': ['src/**/*'],
  },
  rules: {
    'boundaries/no-unknown-files': 'error',
    'boundaries/dependencies': ['error', { default: 'disallow', policies: downwards }],
  },
});
