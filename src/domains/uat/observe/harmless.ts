/**
 * Words of links that do something: end a session, empty a basket, cancel. By their address and by what they say, in the languages that sites
 * most often have. Where a word is also a harmless one, a link too few is followed, which is said.
 */
const anywhere = [
  // English
  'log-?o(ff|ut)|sign-?o(ff|ut)|logged-?out|disconnect|end-?session|deauth\\w*|impersonat\\w*|switch-?user',
  'delet(e|ing)\\w*|remov(e|ing)\\w*|destroy|erase|purge|wipe|unsubscrib\\w*|unfollow|opt-?(in|out)|cancel|terminate|revoke|deactivat\\w*|close-?account|empty-?\\w+|clear-?\\w+|add-?to-?\\w+',
  // German
  'abmeld\\w*|ausloggen|lösch\\w*|loesch\\w*|entfern\\w*|leeren|zurücksetzen|zuruecksetzen|abbestell\\w*|kündig\\w*|kuendig\\w*|stornier\\w*|widerrufen|in-den-warenkorb|hinzufügen',
  // French
  'déconn\\w*|deconn\\w*|supprim\\w*|effacer|retirer|vider|réinitialis\\w*|reinitialis\\w*|désabonn\\w*|desabonn\\w*|désinscri\\w*|annuler|résilier|ajouter',
  // Spanish, Portuguese
  'cerrar-?sesi[oó]n|salir|elimin(ar|a)|borrar|quitar|vaciar|restablecer|desuscrib\\w*|darse-?de-?baja|añadir|agregar|sair|terminar-?sess[aã]o|excluir|apagar|remover|esvaziar|limpar|descadastr\\w*|adicionar',
  // Italian
  'disconnett\\w*|esci|cancella|rimuovi|svuota\\w*|ripristina|disiscriv\\w*|annulla|aggiungi',
  // Dutch, Swedish, Danish, Norwegian, Finnish
  'uitlog\\w*|afmeld\\w*|verwijder\\w*|wissen|legen|opzeggen|annuleer|toevoegen|logga-?ut|ta-?bort|radera|töm|avsluta|avbryt|avregistrera|log-?ud|slet|fjern|tøm|logg-?ut|slett|avmeld|kirjaudu-?ulos|poista|tyhjennä|peruuta',
  // Polish, Czech, Turkish, Hungarian
  'wyloguj\\w*|usu[nń]|wyczy[sś][cć]|anuluj|wypisz|odhl[aá][sš]\\w*|smazat|odstranit|vyprázdnit|zrušit|çıkış|cikis|kaldır|boşalt|iptal|kijelentkez\\w*|törl\\w*',
].join('|');
/** Only where they come first in a part of an address or in a short text: `/orders/5/confirm`, `?do=add`; not in `/blog/how-to-start`. */
const first =
  'add|apply|approve|accept|activate|archive|ban|block|buy|clear|confirm|decline|decrement|disable|discard|dismiss|do|drop|empty|enable|exit|execute|flush|follow|hide|import|increment|install|invite|like|lock|mark|merge|migrate|order-?now|pay|publish|purchase|quit|rate|reboot|redeem|refund|reject|resend|reset|restart|restore|revert|rollback|run|seed|send|set|shutdown|start|stop|submit|subscribe|suspend|toggle|trash|trigger|unblock|undo|uninstall|unlock|unpublish|upgrade|upload|verify|vote|dodaj|paga|pagar|payer|valider|betalen|sil';
const cjkAndCyrillic =
  /выйти|выход|удалить|очистить|отписаться|отменить|вийти|видалити|退出|登出|注销|删除|移除|清空|取消|退订|ログアウト|サインアウト|削除|解除|クリア|로그아웃|삭제|취소|تسجيل الخروج|حذف|התנתק|מחק/i;
const acts = new RegExp(`(?<![\\p{L}\\p{N}])(${anywhere})(?![\\p{L}\\p{N}])`, 'iu');
const begins = new RegExp(`^(${first})(-[\\p{L}\\p{N}]+)?$`, 'iu');
const longestText = 40;

/** Parts of an address, with words apart as they are in it: `clearBasket`, `basket_clear`, `basket/clear`. */
function partsOf(href: string): string[] {
  let plain = href;
  try {
    plain = decodeURIComponent(href);
  } catch {
    // Then it is taken as it is written.
  }
  return plain
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1-$2')
    .replace(/\.(php|aspx?|jsp|do|action|html?)$/i, '')
    .split(/[/?&=;:#+.,]+/)
    .map((part) => part.replace(/[_\s]+/g, '-'));
}

/** Whether to follow a link may do something, by its address, its text or its markup (`data-method`, `onclick`). */
export function mayAct({ href, text, isScripted }: { href: string; text: string; isScripted: boolean }): boolean {
  const said =
    text.trim().length > longestText
      ? ''
      : text
          .trim()
          .toLowerCase()
          .replace(/[\s_]+/g, '-');
  const parts = [...partsOf(href), said];
  return (
    isScripted ||
    cjkAndCyrillic.test(`${parts.join(' ')}`) ||
    parts.some((part) => acts.test(part) || begins.test(part))
  );
}
