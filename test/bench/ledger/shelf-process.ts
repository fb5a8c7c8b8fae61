import { startShelf } from '../../domains/chaos/ledger/shelf.ts';

const shelf = await startShelf();
console.log(shelf.port);
