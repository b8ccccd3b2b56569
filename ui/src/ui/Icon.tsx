import {
  IconBriefcase,
  IconBuilding,
  IconCalendarEvent,
  IconCash,
  IconCircle,
  IconFileInvoice,
  IconFlag,
  IconHeart,
  IconHome,
  IconIdBadge,
  IconListDetails,
  IconMapPin,
  IconPackage,
  IconShip,
  IconStar,
  IconTag,
  IconTarget,
  IconTicket,
  IconTool,
  IconTruck,
  IconUser,
  IconUsersGroup,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';

/** The icons an object may name; an administrator chooses among these. */
export const OBJECT_ICONS: Record<string, TablerIcon> = {
  circle: IconCircle,
  building: IconBuilding,
  user: IconUser,
  briefcase: IconBriefcase,
  package: IconPackage,
  'file-invoice': IconFileInvoice,
  'list-details': IconListDetails,
  cash: IconCash,
  target: IconTarget,
  'calendar-event': IconCalendarEvent,
  'id-badge': IconIdBadge,
  'users-group': IconUsersGroup,
  ticket: IconTicket,
  star: IconStar,
  heart: IconHeart,
  home: IconHome,
  flag: IconFlag,
  tag: IconTag,
  tool: IconTool,
  truck: IconTruck,
  ship: IconShip,
  'map-pin': IconMapPin,
};

interface ObjectIconProps {
  name: string | null | undefined;
  size?: number;
}

export function ObjectIcon({ name, size = 16 }: ObjectIconProps): ReactElement {
  const Icon = OBJECT_ICONS[name ?? ''] ?? IconCircle;
  return <Icon size={size} stroke={1.6} aria-hidden />;
}
