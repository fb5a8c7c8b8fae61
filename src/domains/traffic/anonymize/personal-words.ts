/**
 * What fields of persons are called in the languages of the world: names, addresses, births, contacts, and words for people whose data stands below.
 * English words are in names.ts. All are compared without diacritics (`folded`), so `prénom`, `prenom` and `PRÉNOM` are one.
 */

const isPlain = /^[\0-\x7f]*$/;
const spelled: Record<string, string> = { ß: 'ss', ł: 'l', ø: 'o', æ: 'ae', œ: 'oe', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/** Whole words of a name: `kunde[vorname]`, `IMIĘ`, `billing_rue`. */
const words = wordSet(`
vorname vornamen nachname nachnamen familienname geburtsname zuname rufname spitzname benutzername anzeigename anrede
strasse strassenname hausnummer hausnr adresse anschrift wohnort ort plz postleitzahl postfach bundesland geburtstag geburtsort
geburtsdatum geschlecht telefon telefonnummer handy handynummer mobilnummer kunde kunden kundin kundenname firmenname kontaktperson ansprechpartner benutzer nutzer nutzerin mitarbeiter
mitarbeiterin patientin empfaenger absender passwort kennwort ausweis ausweisnummer versicherungsnummer steuernummer kontonummer kontoinhaber
nom noms prenom prenoms surnom pseudo civilite rue ville voie codepostal adresses naissance datenaissance lieunaissance courriel
utilisateur utilisateurs destinataire expediteur motdepasse salarie eleve
nombre nombres apellido apellidos apodo calle direccion ciudad domicilio colonia codigopostal nacimiento correo correoelectronico
telefono celular movil usuario usuarios cliente clientes paciente pacientes contrasena dni nie nif curp cuil
nome nomi cognome cognomi soprannome indirizzo via residenza citta comune nascita datanascita luogonascita cellulare utente utenti
paziente codicefiscale
sobrenome apelido nomecompleto rua endereco logradouro bairro cidade cep nascimento telefone usuaria senha cpf rg
naam voornaam achternaam tussenvoegsel roepnaam geslacht straat straatnaam adres huisnummer woonplaats geboortedatum
geboorteplaats telefoonnummer gebruiker gebruikers klant klanten wachtwoord
imie imiona nazwisko nazwiska ulica ulicy numerdomu miasto kodpocztowy urodzenia dataurodzenia plec uzytkownik klient pesel haslo
jmeno krestni prijmeni meno priezvisko bydliste mesto psc narozeni uzivatel zakaznik zakaznik rodnecislo heslo
nev keresztnev vezeteknev csaladnev utonev utca lakcim cim varos iranyitoszam szuletes szuletesidatum felhasznalo ugyfel jelszo
prenume numele nume strada judet localitate codpostal nastere utilizator parola cnp
fornamn efternamn tilltalsnamn namn gata gatuadress adress postnummer postort personnummer fodelsedatum anvandare kund losenord
fornavn etternavn efternavn mellomnavn navn gade vej gateadresse poststed fodselsdato fodselsnummer bruker bruger kunder cpr
passord adgangskode
nimi etunimi sukunimi katu katuosoite osoite postinumero kaupunki syntymaaika henkilotunnus puhelin kayttaja asiakas salasana
eesnimi perekonnanimi tanav aadress isikukood vards uzvards iela adrese vardas pavarde gatve adresas
isim soyisim soyad soyadi adsoyad adi cadde sokak mahalle ilce sehir postakodu dogum dogumtarihi cinsiyet telefonu kullanici musteri
sifre tckimlik
ime prezime ulice kucnibroj grad adresa postanskibroj priimek naslov datumrodenja rojstva korisnik uporabnik kupac stranka lozinka geslo oib jmbg emso
hoten tendaydu hovaten diachi thanhpho ngaysinh dienthoai nguoidung khachhang matkhau
nama namalengkap namadepan namabelakang alamat jalan kota kelurahan kecamatan kodepos tanggallahir nomortelepon pengguna pelanggan
katasandi
onoma eponymo eponimo onomateponymo odos dieuthynsi
imya familiya otchestvo fio ulitsa gorod adres pochta telefon datarozhdeniya
shimei seimei namae myoji jusho denwa seinengappi yubinbango
xingming dizhi shouji shengri youbian ireum seongmyeong juso jeonhwa saengnyeonworil
имя фамилия отчество фио улица дом город адрес индекс телефон почта рождения паспорт пароль пользователь клиент
імя прізвище побатькові вулиця місто адреса народження користувач клієнт име фамилно презиме фамилия град рождение парола
όνομα επώνυμο ονοματεπώνυμο οδός διεύθυνση πόλη τηλέφωνο γέννησης χρήστης πελάτης κωδικός
الاسم اسم اللقب العائلة الشارع شارع العنوان عنوان المدينة الهاتف هاتف الجوال الميلاد البريد المستخدم العميل
نام نامخانوادگی خانوادگی آدرس خیابان شهر تلفن موبایل تولد کاربر
שם משפחה פרטי רחוב כתובת עיר טלפון לידה דוא"ל משתמש לקוח סיסמה
नाम उपनाम पता सड़क गली शहर फोन मोबाइल जन्म ईमेल ग्राहक नाम নাম পদবি ঠিকানা ফোন জন্ম பெயர் முகவரி తండ్రి పేరు చిరునామా
`);

/** Anywhere in a name: words that are written together with others (`kundenvorname`, `収件人氏名`, `rechnungsadresse`), and scripts without spaces. */
const parts = fold(`
vorname nachname familienname geburtsdatum strasse anschrift telefon adresse prenom apellido direccion domicilio
cognome indirizzo sobrenome endereco voornaam achternaam nazwisko imienia prijmeni priezvisko vezeteknev keresztnev fornamn efternamn
fornavn etternavn efternavn sukunimi etunimi postnummer personnummer postleitzahl codepostal codigopostal passwort contrasena
фамилия отчество адрес телефон прізвище
氏名 姓名 名前 お名 苗字 名字 本名 氏名カナ フリガナ ふりがな 住所 番地 町名 郵便番号 電話 携帯 生年月日 誕生日 メール 顧客 会員 患者 利用者
真实姓名 昵称 地址 街道 小区 门牌 邮编 手机 电话 邮箱 出生 生日 身份证 用户名 收货人 收件人 联系人 客户 密码 地址 電郵 手機 身分證 收件人 聯絡人 客戶 密碼
이름 성명 성함 주소 도로명 우편번호 전화 휴대폰 생년월일 이메일 고객 회원 사용자 비밀번호 주민등록
ชื่อ นามสกุล ที่อยู่ ถนน โทรศัพท์ มือถือ วันเกิด อีเมล ลูกค้า ผู้ใช้ รหัสผ่าน
`)
  .split(/\s+/)
  .filter((part) => part !== '');

const part = new RegExp(parts.join('|'), 'u');

/** Without diacritics, in lower case; letters that have no such form by their usual spelling. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (isPlain.test(lower)) return lower;
  return lower
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[ßłøæœđðþı]/g, (letter) => spelled[letter] ?? letter)
    .normalize('NFKC');
}

/** Words of `firstName`, `user_id`, `X-Auth-Token`, `customerEMail`, `kunde[straßenName]`, folded. */
export function wordsOf(name: string): string[] {
  return fold(name.replace(/([\p{Ll}\d])(?=\p{Lu})|([A-Za-z])(?=[\u0370-\uffff])/gu, '$1$2 '))
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '');
}

/** Whether a field's name, by its words, is that of a person's data in a language but English. */
export function isPersonalAbroad(name: string, ofIt: readonly string[] = wordsOf(name)): boolean {
  return (
    ofIt.some(
      (word, i) =>
        words.has(word) ||
        // Written apart, or in camelCase: `codice_fiscale`, `hoVaTen`.
        words.has(word + (ofIt[i + 1] ?? '')) ||
        words.has(word + (ofIt[i + 1] ?? '') + (ofIt[i + 2] ?? '')),
    ) || part.test(ofIt.join(''))
  );
}

/** Whether a folded word is one of these. */
export function isWordForPersons(word: string): boolean {
  return words.has(word) || parts.includes(word);
}

function wordSet(text: string): ReadonlySet<string> {
  return new Set(
    fold(text)
      .split(/\s+/)
      .filter((word) => word !== ''),
  );
}
