import { isPersonalName } from './names.ts';

/** What stands behind these in a path belongs to one person or is a secret, however many asked for it. */
const owned = new Set(
  `accounts activate activation addresses appointment appointments assignee attachment attachments author authors avatar avatars
beneficiary beneficiaries booking bookings by card cards case cases chat chats child children claim claims client clients confirm
contact contacts contract contracts conversation conversations customer customers deliveries delivery diagnoses diagnosis doctor
doctors document documents driver drivers email emails employee employees families family files for friend friends from guest guests
household households invitation invitations invite invites invoice invoices letter letters licence licences license licenses login magic mail
member members message messages name names of order orders owner owners parcel parcels passenger passengers patient
patients payment payments people person persons phone phones photos plate plates player players policies policy prescription prescriptions
profile profiles record records recover redeem referral referrals reservation reservations reset resident residents search session sessions share shared
shipment shipments staff student students subscriber subscribers subscription subscriptions teacher teachers tenant tenants
thread threads ticket tickets token tokens track tracking transaction transactions u unlock unsubscribe upload uploads user users
vehicle vehicles verify visitor visitors voucher vouchers wallet wallets worker workers`.split(/\s+/),
);

/** Segments that applications reserve there for themselves. */
const reserved = new Set(
  `account accounts activate activity add address addresses admin all api archive avatar avatars billing book bookings bulk callback
cancel cart check checkout close complete confirm contact contacts count create current data default delete details documents
download edit email emails export favorites feed files filter forgot form groups help history home images import inbox index info invite
invoices items latest list login logout lookup me messages my new notifications open orders overview page password pay
payment payments permissions phone photo photos preferences preview print private profile public recent refresh register reset
results resend roles save search security self sent sessions settings share signin signout signup start stats status submit summary
suggest teams token tokens unread update upload uploads validate verify view`.split(/\s+/),
);

/** @param segment decoded */
export function isOwnedSegment(segment: string): boolean {
  if (segment === '') return false;
  const lower = segment.toLowerCase();
  return (
    owned.has(lower) || (isPersonalName(segment) && segment.length < 40) || owned.has(lower.split(/[-_.]/).at(-1) ?? '')
  );
}

export function isReservedSegment(segment: string): boolean {
  return reserved.has(segment);
}
