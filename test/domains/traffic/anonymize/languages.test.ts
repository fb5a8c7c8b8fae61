import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import { holdsGivenName } from '../../../../src/domains/traffic/anonymize/detectors/person-name.ts';
import { isPersonalName } from '../../../../src/domains/traffic/anonymize/names.ts';
import type { RecordedSession } from '../../../../src/model/traffic.ts';
import { json, request, session } from './request.ts';
import { readAll, temporaryFolder, writeRecording } from './shop.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function run(sessions: RecordedSession[]) {
  await writeRecording(join(folder.path, 'raw'), sessions);
  const options = { from: join(folder.path, 'raw'), to: join(folder.path, 'out'), force: true };
  const report = await anonymizeRecording({ ...options, key: 'a key of sixteen bytes or more' });
  return { report, sessions: await readAll(join(folder.path, 'out')) };
}

/** Field names as applications in these languages have them: given name, family name, street or address. */
const keys: Record<string, string> = {
  German: 'vorname nachname strasse straße kundenName geburtsdatum rechnungs_anschrift',
  French: 'prenom prénom nom rue adresse_livraison dateNaissance',
  Spanish: 'nombre apellido primerApellido calle direccion dirección',
  Portuguese: 'nome sobrenome endereço rua',
  Italian: 'cognome indirizzo via codice_fiscale',
  Dutch: 'voornaam achternaam straatnaam woonplaats',
  Polish: 'imię imie nazwisko ulica',
  Czech: 'jméno příjmení ulice',
  Slovak: 'meno priezvisko',
  Hungarian: 'keresztnév vezetéknév utca',
  Romanian: 'prenume nume_familie strada',
  Swedish: 'förnamn efternamn gatuadress personnummer',
  Norwegian: 'fornavn etternavn fødselsdato',
  Danish: 'fornavn efternavn vej',
  Finnish: 'etunimi sukunimi katuosoite',
  Estonian: 'eesnimi perekonnanimi',
  Latvian: 'vārds uzvārds',
  Lithuanian: 'vardas pavardė',
  Turkish: 'isim soyadı cadde',
  Croatian: 'prezime adresa',
  Slovene: 'ime priimek naslov',
  Greek: 'όνομα επώνυμο διεύθυνση',
  Russian: 'имя фамилия адрес familiya',
  Ukrainian: 'прізвище вулиця',
  Bulgarian: 'име фамилия',
  Arabic: 'الاسم العنوان',
  Persian: 'نام آدرس',
  Hebrew: 'שם משפחה כתובת',
  Hindi: 'नाम पता',
  Thai: 'ชื่อ ที่อยู่',
  Vietnamese: 'hoTen địa_chỉ',
  Indonesian: 'namaLengkap alamat',
  Chinese: '姓名 地址 收货地址 聯絡人姓名',
  Japanese: '氏名 お名前 住所 フリガナ',
  Korean: '이름 고객주소',
};

const all = Object.entries(keys).flatMap(([language, list]) => list.split(' ').map((key) => [language, key] as const));

describe('fields that hold a person’s data by their name', () => {
  it.each(all)('%s: %s', (_language, key) => {
    expect(isPersonalName(key)).toBe(true);
    const capital = key.charAt(0).toUpperCase() + key.slice(1);
    for (const form of [
      `kunde[${key}]`,
      `x-${key}`,
      `billing_${key}`,
      key.toUpperCase(),
      `billing${capital}`,
      `order.${key}.0`,
    ])
      expect([form, isPersonalName(form)]).toEqual([form, true]);
  });

  it.each(
    'name hostname filename pathname city viaduct nominal normal ruble callee calling ortho order sort via_points_count port portfolio index grid gate ad ads cap'.split(
      ' ',
    ),
  )('not %s', (key) => {
    expect([key, isPersonalName(key)]).toEqual([key, key.startsWith('via_')]);
  });

  it('are never kept, however many clients sent the same; nor are their own names changed', async () => {
    // No name that any list would know.
    const value = 'Quolbert Zwiebrandt';
    const names = [...new Set(all.map(([, key]) => key))];
    // An object of more keys is a map, whose keys are data; what they say of their values counts all the same.
    const [half, rest] = [names.slice(0, 60), names.slice(60)];
    const filled = (keys: string[]) => Object.fromEntries(keys.map((key) => [key, value]));
    const form = new URLSearchParams(names.map((name) => [`kunde[${name}]`, value] as [string, string])).toString();
    const visit = (n: number) =>
      session(
        n,
        request(`/list?${new URLSearchParams(names.map((name) => [name, value] as [string, string]))}`, {
          headers: [
            ['x-vorname', value],
            ['cookie', `nachname=${encodeURIComponent(value)}`],
          ],
        }),
        request('/a', {
          method: 'POST',
          body: json({ all: filled(names), items: [{ a: filled(half), b: filled(rest) }] }),
        }),
        request('/b', {
          method: 'POST',
          body: { mime: 'application/x-www-form-urlencoded', encoding: 'utf8', data: form },
        }),
        request(`/kunden/Zwiebrandt`),
        request('/list?sort=trellow'),
      );
    const clients = Array.from({ length: 12 }, (_, n) => ({ ...visit(n), client: `client-${n}` }));
    const { sessions, report } = await run(clients);
    expect(report.scan.passed).toBe(true);
    const written = decodeURIComponent(JSON.stringify(sessions).replaceAll('+', ' '));
    expect(written).not.toMatch(/Quolbert|Zwiebrandt/i);
    // What twelve clients sent elsewhere is vocabulary, as before.
    expect(written).toContain('sort=trellow');
    const body = JSON.parse(sessions[0]?.requests[1]?.body?.data ?? '');
    expect([...Object.keys(body.items[0].a), ...Object.keys(body.items[0].b)]).toEqual(names);
  });

  it('keep their own names where few sent them', async () => {
    const { sessions } = await run([
      session(0, request('/a', { body: json({ vorname: 'Quolbert', 氏名: 'Zwiebrandt', kundenStrasse: 'x' }) })),
    ]);
    expect(Object.keys(JSON.parse(sessions[0]?.requests[0]?.body?.data ?? '')).slice(0, 2)).toEqual([
      'vorname',
      '氏名',
    ]);
  });
});

describe('common names elsewhere', () => {
  const people =
    'Jürgen Juergen Jurgen Hildegard Schäfer Schaefer Guillaume Lefèvre Joaquín Fernández João Gonçalves Giuseppina Esposito Sjoerd Jansen Agnieszka Wiśniewska Kateřina Dvořáková Zsófia Szabó Gheorghe Ionescu Göran Lindström Øyvind Sørensen Päivi Korhonen Tiit Jānis Kęstutis Ayşe Öztürk Željko Jovanović Παπαδόπουλος Γιώργος Papadopoulos Екатерина Кузнецова Володимир Шевченко Svitlana محمد فاطمة משה राहुल शर्मा Rajesh สมชาย Nguyễn Siti 佐藤健一 田中様 王伟 李秀英 王先生 陳志明 김민수 박서연님 Takahashi Chidi Mohammed'.split(
      ' ',
    );
  it.each(people)('%s is one', (name) => {
    expect(holdsGivenName(name)).toBe(true);
    expect(holdsGivenName(`q: ${name}, 3`)).toBe(true);
  });

  it.each(
    'summer price tage florence else floor koch ferrari mark 商品一覧 東京 新着 商品 价格 搜索 전체상품 이미지 검색 цена товары кошик سعر उत्पाद สินค้า producto größe prix'.split(
      ' ',
    ),
  )('%s is none', (word) => {
    expect(holdsGivenName(word)).toBe(false);
  });

  it('are not kept in a value, however many clients sent it', async () => {
    const visit = (n: number) => session(n, ...people.map((name) => request(`/list?q=${encodeURIComponent(name)}`)));
    const { sessions } = await run(Array.from({ length: 12 }, (_, n) => visit(n)));
    const written = sessions[0]?.requests.map(({ path }) => decodeURIComponent(path.slice('/list?q='.length))) ?? [];
    expect(written.filter((text, i) => text === people[i])).toEqual([]);
  });
});
