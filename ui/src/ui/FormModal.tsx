import { Alert, Button, Group, Modal, type ModalProps } from '@mantine/core';
import { useCallback, useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface WatchedProps {
  onType: () => void;
  onGone: () => void;
  children: ReactNode;
}

/** Tells when something is typed in it, and when it is gone. */
function Watched({ onType, onGone, children }: WatchedProps): ReactElement {
  useEffect(() => onGone, [onGone]);
  return <div onInput={onType}>{children}</div>;
}

interface FormModalProps extends ModalProps {
  /** Whether there is something to lose, where the dialog knows better than by what is typed: also choices are lost. */
  changed?: boolean;
}

/** A dialog with a form: closed while something is typed in it and not saved, it asks first. */
export function FormModal({ onClose, changed, children, ...more }: FormModalProps): ReactElement {
  const { t } = useTranslation();
  const typed = useRef(false);
  const [asks, setAsks] = useState(false);
  const forget = useCallback(() => {
    typed.current = false;
    setAsks(false);
  }, []);
  return (
    <Modal {...more} onClose={() => ((changed ?? typed.current) ? setAsks(true) : onClose())}>
      {asks && changed !== false && (
        <Alert mb="sm" role="alert" title={t('form.unsaved')}>
          <Group gap="xs" p={4}>
            <Button autoFocus variant="default" onClick={() => setAsks(false)}>
              {t('form.goOn')}
            </Button>
            <Button variant="subtle" color="red" onClick={onClose}>
              {t('edit.giveUp')}
            </Button>
          </Group>
        </Alert>
      )}
      <Watched onType={() => void (typed.current = true)} onGone={forget}>
        {children}
      </Watched>
    </Modal>
  );
}
