import { startShelf } from '../../chaos/ledger/shelf.ts';

const shelf = await startShelf();
console.log(shelf.port);
