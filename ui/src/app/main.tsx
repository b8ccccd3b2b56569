import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import '@/ui/tokens/tokens.css';
import '@/ui/tokens/rows.css';
import '@/ui/tokens/print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchPrinting } from '@/ui';
import { App } from './App';
import { makeClient } from './client';
import { startLanguage } from './i18n';
import { makeRouter } from './router';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
watchPrinting();
const client = makeClient();
const router = makeRouter(client);

void startLanguage().then(() =>
  createRoot(root).render(
    <StrictMode>
      <App client={client} router={router} />
    </StrictMode>,
  ),
);
