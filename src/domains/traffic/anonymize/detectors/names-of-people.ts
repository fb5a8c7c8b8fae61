/**
 * Common given names of many countries, and family names that are hardly anything else. Left out is what is also goods, places, programs or ordinary
 * words in a widespread language (`florence`, `mark`, `koch`, `ferrari`), and what has fewer than four letters.
 */
const latin = `aaron abdul abigail adam adrian ahmed aisha alan albert alejandro alexander alexandra alfred ali alice alicia alison allan amanda
amelia amit amy ana anders andrea andreas andrew angela anita anja anna anne anthony antonio arthur ashley astrid ayesha barbara
beatrice benjamin bernard beth betty brandon brenda brian bruno camille carlos carmen carol caroline catherine cecilia charlotte
chiara chloe christian christina christine christopher claire clara claudia clemens connor craig cynthia daniel daniela david deborah
dennis diana diego dieter dimitri dmitri dominik donald dorothy douglas edith edward eleanor elena elisabeth elizabeth ella ellen
elsa emil emily emma eric erik erika ernst ethan eugene eva fabian fatima felix fernando fiona florian francesca francesco franz
frederick friedrich gabriel gabriela gary george gerald gerhard giovanni giulia giuseppe gloria gregory gustav hannah hans harold
harry hassan heather heidi heinrich helen helena helga henrik henry hiroshi hugo ibrahim igor ingrid irene isabel isabella ivan jacob
jakob james jan jane janet jasmine jason jean jeffrey jennifer jeremy jessica joan joao johan johanna john johnny jonas jonathan jorge
jose josef joseph joshua juan judith julia julian juliane julie jürgen karen karin karl katarina katharina katherine kathleen katja
keith kenneth kevin klaus kristin kumar kyle larissa lars laura lauren laurent leonard leonardo liam linda lisa lorenzo louis louise
luca lucas lucia luis luisa lukas magdalena manfred manuel marco margaret maria mariana marie marina mario marion markus marta martha
martin martina mary mateo mathias matteo matthew matthias megan melanie melissa mercedes michael michelle miguel mihai mikhail miriam
mohamed mohammad mohammed monica monika muhammad nadia nancy natalia natalie nathan nicholas nicolas nicole niels nikolai nikolaus noah
nora oleg olga oliver olivia omar oscar pablo pamela patricia patrick paul paula pauline pedro peter petra philip philipp pierre priya
rachel rafael rahul rainer ralf ralph raymond rebecca regina renate ricardo richard robert roberta roberto roger roland ronald rosa
roxanne rudolf russell ruth ryan sabine samantha samuel sandra santiago sara sarah satoshi scott sebastian sergei sergio sharon shirley
silvia simon simone sofia sonja sophia sophie stefan stefanie stella stephan stephanie stephen steven stuart susan susanne svetlana
sven sylvia tamara tanja tatiana teresa theodor theresa thomas thorsten tiffany timothy tobias tomas tyler ulrich ursula uwe valentina
vanessa vera veronica victor victoria viktor vincent vladimir walter wendy werner wilhelm william wolfgang xavier yasmin yolanda yuki
yusuf yvonne zachary zoe
aada aapo aarne aart aase abdallah abdullah abdulrahman abel achieng achille achim adaeze adalgisa adebayo adela adelheid adil adina aditi adolf
adolfo adolphe adriaan adriana adriano adrien afia afonso agarwal ágata agathe aggelos ágnes agnès agnese agneta agnieszka agostino agris agus agustín
agustin ahmet aicha aiga aigars aija aiko aimé aimée ainars aino aistė aivar aivars ajay akari akash akihiro akira aksel akua alain alberta alberto
albrecht alceu aldo aldona aleksander aleksandr aleksandra alekseev aleksei aleksey alena alessandra alessandro alessia alessio alexandre alexandros
alexandru alexei alexis alfio alfonso alfredo algirdas alida alina almeida alois alonso alphonse álvarez alvarez álvaro alvaro amadeu amália amara
ambroise amedeo américo aminah amitabh amparo anabel anaïs anastasia anastasio anastasios anastasiya anatoliy anatoly anca anda andersen anderson
andersson andrás andré andrée andreea andreev andrei andreina andres andrey andris andriy andrzej aneta anette angèle angeliki angelina angelo angelov
anghel aníbal anikó anil anjali ankit annalisa annamaria anneke anneli annelie anneliese annemarie annemiek annette annick annika anouk antanas antje
antoine antoinette anton antonella antonia antonietta antonino antônio antónio antonis antoon ants antti aparecida apostolos araceli arash araújo
araya arianna aristidis arja arjan arjen arjun arkady arlette armand armando armas armin arnaldo arnaud arne arnis arno arnold arnoldus árpád arthit
arto artur arturo artūrs arun arūnas arvid arvo asbjørn asen ashok ashwin asma assunta asuka atanas athanasios attila audrius augusto aurélie aurélien
aušra avraham axelle aydın ayelet aylin ayodele ayse ayşe ayumi aziz azizah azucena babajide babak babić bahram baiba balázs bálint balogh banerjee
baptiste baraka bárbara bärbel barbieri barbosa bart bartolomeo bartosz bartłomiej bastiaan bastien baumann beate béatrice beatrijs beatriz begoña
behnaz behrouz béla bence benedetta benedetto benedita benedito bengt bengtsson beniamino benito benny benoît benoit bergström berit bernadette
bernardo bernd bernhard bernhardt berthold bertram bertrand bērziņš bettina biagio bianchi bilal biljana birgit birgitta birte birthe birutė bistra
bjarne björn bjørn blanka blaž bodil bodo bogdan bogdana bogusław bohdan bohdana bohumil bohuslav bojan bojidar bondarenko boris börje borut boštjan
boyan boyer boyko bożena božena bozhidar brandt branka branko breno břetislav brigitte britt britta brouwer bruna brunella brunhilde brynjulf budi
burkhard caio calogero camelia camila camilla carina carla carlo carlota carlotta carmela carmelo carmine carola carolien carsten caruso carvalho
cássia catalin cătălin catalina caterina cauã cecília cédric cees céline cemal černý cesare çetin chadia chaewon chaim chanh chantal chatterjee
chiamaka chidi chinedu chioma chiyo chopra christa christel christelle christensen christer christiane christoph christophe christos cícero cinzia
cláudia cláudio claudio claus clémence clotilde colette conceição concetta conrad constantinescu constanze corentin corinne cornel cornelia cornelis
corrado cosimo cosmin costanza costel cristian cristiana cristiano cristina cristóbal csaba csilla cyril czesław daan dąbrowska dąbrowski dace dagmar
daiga daiki dainis dainius daisuke daiva dalia dalit dalva damiano damien dániel danièle daniele danielle danilo danique danutė danylo darius dariush
dariusz darko davi dávid davide davor dawid deboer débora debora deepa deepak degraaf deividas dejan dekker delphine denis denise desislava detlef
devries dewi dewit dezső díaz didier diederik dietmar dietrich diletta dimcho dimitar dimitra dimitrios dimitris dimitrov dimitrova dinesh diogo dirce
dirk divya dmitry dmytro doğan doherty dohyun domenica domenico domingos domínguez dominguez dominique donatas donatella donato dóra dorien dorin
doris dorota dorothea dorte dörte dorthe doru dragan dragana drago dragoș dubois dubravka dufour dumitrescu dumitru dumont dupont durand dušan dušica
duval dvořák dvořáková dzintars dzintra ebba ebele eberhard eckart eckhard edda edeltraud edgars édith edoardo édouard edson eduarda eduardo edyta
eefje eero eeva efrat efthymia efua egbert egidijus egils eglė egon egorov eila einar eino eirik eitan eivind ekaterina ekkehard elaine eldbjørg
eleftheria eleni eleonora elfriede eliane éliane elias eliezer elin elina elīna elio elisa elisabet elisabetta élise eliška elitsa elizaveta elke elly
élodie eloísa éloïse elsebeth elsie elvira elza emanuela emanuele emeka emelie emese emiko émile emilia emiliano émilie emilio emine emmanuel
emmanuelle emre enikő enrica enrico enrique enza enzo erdem erhard éric érica erich eriksen eriksson erkki erling ermanno erna ernesto erwin erzsébet
esko espen esposito esra esteban estela estelle estevão esther estrella eszter étienne ettore eugen eugenia eugénie eugenio eunice eunji eunjung
eusebio evandro evangelia evangelos evans evelien evelyn évelyne evert everton evgeniya evgeny ewald ewelina fabiana fabiano fabienne fábio fabio
fabrice fabrizio fadi fahad faisal fanny farah farhad farid farida farideh farkas farrokh fatih fátima fatma faure federica federico fedor fedorov
felicitas felipe femke fenna ferdinand ferdinando ferenc fermín fernanda fernandes fernández fernandez ferrara ferreira filippo filomena fiorella
fischer flávia flavia flávio flavio flemming florentina floris folake fotini fournier franc franca francisca francisco franco françois françoise frans
františek františka frauke frédéric frédérique fredrik freek frieda friederike friedhelm frits fritz frode fujita fumiko furaha fyodor gábor gabriele
gaël gaëlle gaetano galina gallagher galli garcía garcia gaston gatis gauthier gediminas geeta geir geneviève gennady gennaro genovaitė geoffroy georg
georges georgescu georgette georgi georgiev georgieva georgios georgiou gérald gérard gerard gerardo gerd gerda gergana gergely gerhild germaine
germán gernot gerrit gert gerta gertjan gertrud gheorghe gheorghita gheorghiu ghislaine giacinto giacomo gianfranco gianluca gianmarco gianni giannis
gianpaolo giedrius gigliola gijs gilad gilbert gilberto gilda gilles gilmar gina ginette gintaras gioacchino giordano giorgia giorgio giorgos giovana
giovanna girard girolamo gisela gisele gisella giselle gitte giuliana giuliano giuseppina gizella gizem gökhan golnaz gomes gómez gomez gonçalo
gonçalves gonzález gonzalez gonzalo gopal göran goran gordana gösta gottfried götz grabowski graciela grazia graziella grażyna greetje grégoire gregor
gregorio grégory greta grete grethe grigore grigory grzegorz guang gudrun guido guilherme guillaume guillermo güler gunilla gunnar gunta guntars
günter günther gunther guntis guoqiang gupta guri gustaf gustafsson gustavo gutiérrez gutierrez guus gwenaëlle gyöngyi györgy gyula habib hadas hadi
haeun hafiz hafsa haider haiyan hájek hajnalka hakan håkan håkon halil halina halvor halvorsen halyna hämäläinen hamed hamid hamza hanan hanna hanne
hanneke hannele hannelore hannie hannu hansen hansson harald harish harmen hartmann hartmut haruka haruki haruto hasegawa hashimoto hatice hayashi
haziq héctor hector hedwig hege heide heikki heikkinen heiko heiner heino heinonen heinz heitor helene hélène helge helgi hélio hella helma helmi
helmut helmuth henderson hendra hendrik hendrika hendriks henk hennie henning henri henriette henrique herbert herman hermann hernán hernández
hernandez herrmann hertha hervé hicham hideki hien hieu hikari hilde hildegard hildegunde hilkka hilmar hiltrud hina hiroko hiroto hitomi hoang hoàng
hoffmann hofmann holger hongmei horák horia horst hortense hortensia horváth hossein hristo hrvoje hryhoriy hubert hughes hugues huguette hülya
humberto huong hussain hussein huub huyen huỳnh hyejin hyunjun iacob iara ibolya ichiro idris ifeoma ignacia ignacio ignazio ikeda ikenna ilaria
ildikó ileana ilga ilias ilić iliev iliyana ilka ilkka ilmar ilona ilse ilya ilze imke immacolata imran imre inácio ināra indira indrek ineke inés
inês inès inese ingeborg ingemar inger ingo ingvild inkeri inmaculada inna inoue ioan ioana ioanna ioannis iolanda ionel ionela ionescu ionuț iraj
irena irina irja irmgard irmtraud iryna isabela isabelle isadora isamu ishikawa isidro ísis ismael ismail ismet isolde istván itamar itsuki itzhak
iulia iulian iván ivana ivanna ivano ivanov ivanova ivars ivaylo iveta ivica ivone iwona izabela izumi izzah jaak jaakko jaan jaana jaap jabari jacoba
jacobsen jacobus jacqueline jacques jadranka jadwiga jaehyun jaime jakub jamal jamila jana janina jānis jankauskas jankowski janne janneke janny jános
jansen jansons janssen jansson janusz jaqueline jari jarle jarmila jarmo jaromír jaroslav jaroslava jarosław järvinen jasna javad javier jeanne
jeannine jelena jelínek jelle jenaro jenő jens jensen jeppe jérémy jeroen jérôme jerónimo jerzy jesper jesse jéssica jessika jesús jette jianguo
jianhua jihoon jihye jiménez jimenez jimin jindřich jinping jinwoo jiří jiřina jiro jitka jiwon jiwoo joachim joana joanna joão joaquim joaquín
joaquin jocelyne jochen joël joëlle joep johannes johansen johansson johnsen johnson joko jolán jolanta jonsson joost jörg jörgen joris jorma jorunn
josé josefa josefina josefine josette josiane jost josué jouko jouni jovan jovana jovanović joyce jože józef józsef juana juanita judit juha juhani
juhász jukka juliana julianna julien juliette julio júlio junho junko juozas jure jurga jurgita jüri jurić juris jurre jussara jussi justine justyna
jutta jytte jørgen jørgensen kaarina kadri kaija kaito kajsa kalev kalevi kalin kalle kálmán kalniņš kamal kamil kamila kamińska kamiński kamran kanya
kaori kapoor karagiannis kåre karel karim karina karla karlheinz karlsen karlsson karolin karolis károly karsten kaspars kasper katalin katarzyna
kateřina katerina kateryna kathrin kátia katia katri katrin katsumi kauko kaveh kazimierz kazlauskas kazuki kazuo kazys kees keiko kemal kenichi kenji
kennedy kenta kerstin kęstutis khadija khaled khalid khanh khoa khrystyna kien kimmo kimura kinga kirill kirsi kirsten kirstine kittisak kiyoshi kjeld
kjell kjersti klaas klára klara klemen klemens knežević knut kobayashi koen kofi köhler koichi kolbjørn konrad konstantin konstantina konstantinos
konstantinou koos korhonen kornelia koskinen kostas kovačević kovačić kovács kovalchuk kovalenko kowalczyk kowalska kowalski kozlov kozłowska
kozłowski krajnc krämer krasimir krasimira kravchenko krawczyk krista kristaps kristiansen kristijan kristīne kristjan kristoffer krisztián krisztina
krüger krystyna krzysztof ksenija kseniya kučera külli kumiko kunigunde kuznetsov kuznetsova květa kwabena kwadwo kwaku kwame kwesi kwiatkowski
kyllikki kyriaki kyriakos kyrylo kyungsoo kılıç ladislav laetitia laima laimonis laís lajos lakatos laleh lalit lamberto larsen larsson lasse lászló
latifa laurence laurens laurențiu lauri lauris lavinia layla lebedev leena leendert lefebvre lefèvre lefteris lehmann lehtinen lehtonen leida leif
leila lemaire lembit lena lene lenka lennart leonid léonie leonor leopold leopoldo lerato leroy lesia lestari leticia letícia letizia levente
lewandowska lewandowski libor libuše licia lidija lidiya lieke liesbeth liesel lieselotte lieven līga lihua liina liis liisa liliana lilita lilli
lindiwe lindqvist lindström liora liping lisbeth lise livio liviu ljiljana ljubica loes loïc lombardi lope lopes lópez lopez loredana lorella lorenza
loreta loretta lothar lourdes lourenço lovisa luana lucette lucía lúcia lucian luciana luciano lucie lucien lucienne lucimar lucio lucyna luděk ludger
ludmila ludovic ludovica ludovico ludwig luigi luigia luigina luitgard luiz luiza luka lukáš luminița lutz luuk lydie lyubomir lyubomyr lyubov
lyudmila lyudmyla maaike maarja maarten macarena macdonald machteld maciej mădălina maddalena madeleine madis madoka mads madsen magda magdolna mägi
magnus mahesh mahmoud mahmud mahnaz mahsa maik maike maire makarov mäkelä makena mäkinen makoto maksim maksym malee malhotra malte mancini mandla
manish manoel manoj manolis manon mansour mantas manuela marat marcela marcelino marcella marcelle marcello marcelo márcia marcin márcio marcos
margareta margarete margarita margot margret margriet margrit marguerite margus maría mariagrazia marian mariangela mariani marianna marianne mariano
maribel marić maricarmen marieke mariella marielle mariia marija marijana marijke mariko marilena marilene marília marinescu marios māris marisa
marisol marit marius mariusz mariya marja marjan marjatta marjolein markéta markku marko marković marleen marlene marli marlies marloes márta märta
marthe martín martinelli martínez martinez mārtiņš martins maryam maryna marzena masaki masako masato masoud massimiliano massimo matěj matej mateja
mateusz matheus mathieu mathijs mathilde mathis matilde matjaž mats matsumoto matthieu matti mátyás maura maurice mauricio maurício maurits maurizio
mauro maxence maxime máximo mayumi małgorzata mccarthy mcdonald mechthild meelis meena megumi mehmet mehran mehrdad mehta mehtap meijer meike meiling
meinhard meir mélanie mélissa melitta melnyk meltem menachem menno merel merike merja merve michaela michal michalis michalski michał michela
michelangelo michèle michele micheline michiko midori mieczysław mihaela mihály mikael mikhailov mikkel mikko miklós milada milena milica miljana
miloš milošević miloslav mindaugas mingming minho minji minjun minna minoru minseo minsu miodrag mircea mireille mirela mirella miri mirja mirjam
mirjana mirko miroslav miroslava mirosław misaki mitja mitsuko modris mogens mohamad mohan mohsen moisés mojca molnár momchil mônica mónika monique
monteiro montserrat mordechai moreau moreira morel moretti morozov morten mortensen morteza moshe mounir mourad mpho mueller mukesh mukherjee müller
muñoz munoz munteanu murat muriel murilo murphy mustafa mwangi mykhailo mykola myriam myroslava nabil nadav nadège naděžda nadezhda nadiia nadine nagy
naima najib nakamura nándor naoki naomi nasrin nasser nataliia nataliya natalya natasa nataša nathalie natsuki naveen nawal nazzareno nebojša nedelcho
nedeljko neema neha neide nele nelson nemanja němec németh nenad neumann neuza nevena ngoc ngozi nguyen nguyễn nhung nicola nicolae nicolás nicoleta
nicoletta nicolò niek nieminen nienke niina nijolė nikhil niki nikita nikitin niko nikola nikolaev nikolaidis nikolay nikolett nikolić nikolina nikos
nils nilsen nilson nilsson nima ningsih niran nisha nitin nittaya nives njeri nkosana nnamdi nneka nobuko noelia noëlle nokuthula nomsa nomvula
noortje nóra norbert norberto noriko normunds nour nováková novikov novotná novotný nowak nowakowski nuno nunzia nunzio nurhayati nuria nurul obinna
obrien océane oconnor octavian octavio oddvar odette odile ofer ofra ogawa oikonomou okada okan oksana olav olavi oldřich oleh oleksandr oleksandra
oleksiy olena olesya olha oliveira olivera olivier oliynyk olsen olsson oluwaseun ondřej oneill onno onofrio onyeka oreste orhan orietta oriol örjan
ornella orsola orsolya ortega ortrud orvokki osama oskar oskars osman osvaldo oswald otakar otávio otieno otmar ottilie outi ovidiu özdemir özge özkan
özlem ozoliņš öztürk paavo päivi palle palmira panagiota panagiotis paola paolo papadopoulos papadopoulou papp paraskevi parisa parvin pascale
pasquale pasqualina patcharin patel patrice patrícia patrizia patterson paulette paulien paulina paulius paulo pavel pavla pavlína pavlo pavlos
pavlović paweł pawłowski pedersen peeter pekka pentti pereira pernilla perrin persson pertti petar péter pēteris peterson petko petr petras petrauskas
petros petrov petrova petrović petru pettersen pettersson petya peyman pfeiffer phạm philippe phillips phuong pierluigi piero pierrette piet pieter
pietro piotr piotrowski piret pirjo pirkko piroska plamen plamena pokorný polina polishchuk popescu popov popova pospíšil poulsen pradeep pranav
prasert preben predrag preeti priit primož priscila procházka przemysław putri quang quentin quoc quyen quynh rachid radek radim radka radmila
radoslav radosław rafaela rafał raffaele raffaella ragnar ragnhild rahayu raija raimo raimondo raimonds raimund raimunda raimundo raisa raitis raivo
rajesh rajiv rakesh ramesh ramin ramírez ramirez ramiro ramón ramon ramunė raphaël raquel rashid rasmus rasmussen ratko raúl raul ravi raymonde răzvan
rebane recep reddy regiane reidun reijo reiko reinaldo reiner reinhard reinhold reinier réka rekha rémi rémy renan renata renáta renato renaud rené
renée renzo reza ribeiro riccardo ricci rihards riho riitta rikke riku rimantas rinaldi rinaldo rinus ritva rivka rizki rizzo robbert róbert roberts
rocco rocío rodica rodolfo rodolphe rodrigo rodrigues rodríguez rodriguez roel roelof rogelio rogério rohan rohit rolf romain romana romas romina
romolo ronaldo ronen rosalba rosalía rosalia rosalie rosana rosângela rosanna rosaria roseli rosella roselyne rosemarie rosetta rositsa rossana
rossella rossi roswitha roxana roya rózsa rubén ruben rüdiger ruggero rumen rumyana rupert ruslan russo rūta ruud ruurd ruxandra růžena ryota ryszard
saad saara saarinen sabrina sachiko sachin saeed saeid sahar şahin sakari sakura salah salete salim salminen salvatore samaneh samara samir samira
samuele sánchez sanchez sanda sandeep sander sándor sandrine sandris sandro sanita sanjay sanjeev sanne santoro santosh sarit šárka saša sasaki saskia
saulius schäfer schmid schmidt schmitt schmitz schneider schröder schubert schulze schumacher sead sebastiaan sebastião sébastien ségolène seija selin
semenov semyon senad seojun seoyeon seppo serafina sergey sérgio serhiy serkan seungmin shahram sharma sheila shevchenko shevchuk shigeru shimizu
shimon shinji shiori shira shirin shivani shizuka shlomo shmuel shota shreya shufen shuhua siavash sibel siebe siegbert siegfried sieglinde siegmar
sietske sigita sigmund sigrid silke silvestro sílvia silvio silviu simeon simón simona şimşek sinikka sintija sipho sirje sirkka sirpa sissel siti
sixten sizwe sjoerd sjur skaidrīte slamet slavica slavko slađana slobodan smirnov smirnova smits sneha snezhana snorre sofie sofieke sofya soheila
sokolov sokolova solange solomiia solveig somchai somsak soňa sônia sonia sönke soojin soraya sören sorin soroush sotiria sotiris sousa souza spyridon
spyros srđan stamatis stanimir stanislav stanislava stanisław stanisława stankevičius stanko stasys stavros ștefan ștefania stefania stefano steffen
steffi stelios štěpán stepan stepanov stéphane stéphanie stevan stijn stjepan stoica stojanović stoyan stoyanka stoyanov stoyanova sture suárez suarez
subhash sudha sueli suharto sukarno sumiko sungmin sunil sunita supaporn suresh susann susanna susilo susumu suzana suzanne suzuki svante svend svenja
svensson sverre svetla svitlana svobodová swati syafiq sylvain sylvette sylvie sylwia synnøve sytse szabó szabolcs szilvia szymańska szymański szymon
sølvi søren sørensen sławomir taavi tadashi tadeusz taehyung tahar taís taisiya taisto takács takahashi takashi takeshi takumi tamar tamás tanaka
tânia tania tapani tapio taras tarek tariq tarja tarmo tatiane tatjana tatsuya tatyana teemu teija teixeira temitope teodor teodoro tereza terezinha
terttu tessa tetiana tetsuya teun thabo thaís thaksin thanasis thandi thanh thao themba theodora théodore theodoros therese thiago thibault thibaut
thierry thijs thomsen thorbjörn thulani thuy tiago tibor tihomir tiina tiit tiiu tijn tilman tímea timo timofey timothée timur tiziana tiziano
tjalling tkachenko tkachuk todor todorka todorov toivo tomáš tomás tomasz tomaž tomislav tommaso tomoko tõnis tõnu toomas torben torgeir torill
torstein torsten toshio tóth tove trần traudel traute triin trijntje trinh tristan troels trude trung truus trygve tsubasa tsvetan tsvetelina tudor
tullio tuncay tünde tunde tuomas turgut turid tuula tuulikki tuyet tzipora tzvi ubaldo uche uldis ulla ülle ulrik ulrika ulrike umberto unni urmas
uroš urszula urve václav vadim vagn vaida vaidas väinö valdas valdir valdis valentin valentino valéria valeria valérie valerio valeriu valeriy
valeriya valery vandenberg vandermeer vangelis vânia vanleeuwen vanna varvara vasil vasile vasiliev vasiliki vasilios vasiliy vasily vassilis vasyl
vasylyna vázquez vazquez vedran vegard veijo veikko veit vello velta vendula veniamin verena verma verónica veronika véronique veselin veselý vibeke
vicenta vicente vidar vidas viesturs vigdis viive vijay vikram viktória viktoria viktoriia viktoriya vilho vilija ville villy vilma vilmos vilnis
vinay vincenza vincenzo vinh vinícius vinko vinod violeta viorel viorica virgilio virginie virginija virpi virtanen virve vishal višnja vitaliy vitaly
vítor vitória vittoria vittorio viveka viviana viviane vjekoslav vlachos vladan vladimíra vladislav vlado vlasta vojislav vojtěch volker volkmar
volodymyr vuković vyacheslav vytautas wagner waldemar walid waltraud wanda wangari wanjiku wanjiru wassim watanabe wayan weidong wellington wendela
wenzel wesley wichai wiebe wiebke wiesław wiesława wiktor wilfried wilhelmina willem willemijn willi williams winfried wioletta wiśniewska wiśniewski
witold wojciech wójcik wouter woźniak władysław xiaoming xiaoping ximena xiulan xiuying xuan yaakov yael yahya yair yamada yamaguchi yamamoto yamazaki
yann yannick yannis yanti yara yaroslav yaryna yasin yasmine yasuko yavuz yegor yehuda yeji yekaterina yelena yeliz yevgeny yevhen yevheniia yiannis
yilmaz yitzhak ylva yngve yngvild yoav yolande yonatan yoona yordan yordanka yosef yoshida yoshiko yosuke younes youngho yousef youssef yrjö yudi yuka
yukiko yulan yulia yuliia yuliya yumiko yuna yuping yuri yuriy yury yuto yuzuki yves yvette yıldırım yıldız yılmaz zahra zainab zakharov zanele zayd
zbigniew zdeněk zdeňka zdravko zdzisław zélia željka željko zeynep zhihong zhiqiang zhivko ziad ziedonis zielińska zieliński žiga zigurds žilvinas
zimmermann zinaida živilė živko zlatko zodwa zofia zoltán zoran zoriana zornitsa zoya zsófia zsolt zsuzsanna zulkifli zupančič zuzana zuzanna zygmunt
ørjan øyvind đorđe đorđević łukasz`;

const otherAlphabets = `александр александра алексей алёна алина алла анастасия анатолий андрей анна антон антонина артём артур богдан борис вадим валентин валентина валерий
валерия варвара василий виктор виктория виталий владимир владислав вячеслав галина геннадий георгий григорий дарья денис дмитрий евгений евгения
екатерина елена елизавета егор зинаида зоя иван игорь илья инна ирина кирилл константин ксения лариса леонид лидия людмила максим маргарита марина
мария михаил наталья наталия николай никита нина оксана олег олеся ольга павел пётр полина раиса руслан светлана семён сергей софия станислав степан
тамара татьяна тимофей тимур ульяна фёдор эдуард юлия юрий яна ярослав иванов иванова смирнов смирнова кузнецов кузнецова попов попова васильев
васильева петров петрова соколов соколова михайлов новиков новикова фёдоров морозов морозова волков алексеев лебедев семёнов егоров павлов козлов
степанов николаев орлов андреев макаров никитин захаров андрій володимир ганна дмитро ірина катерина марія микола михайло надія наталія олександр
олександра олексій олена петро сергій тарас тетяна юлія юрій шевченко коваленко бондаренко ткаченко мельник георги димитър христо йордан стоян тодор
петър красимир десислава цветелина радка румен пламен милица јован јелена никола драган зоран милош марко ђорђе петровић јовановић николић γιώργος
γεώργιος γιάννης ιωάννης κώστας κωνσταντίνος δημήτρης δημήτριος νίκος νικόλαος παναγιώτης βασίλης χρήστος ευάγγελος μιχάλης αντώνης μαρία ελένη
αικατερίνη κατερίνα βασιλική σοφία αγγελική γεωργία δήμητρα κωνσταντίνα παναγιώτα ευαγγελία παπαδόπουλος παπαδοπούλου γεωργίου محمد أحمد احمد محمود
علي حسن حسين خالد عمر عبدالله عبدالرحمن إبراهيم ابراهيم يوسف مصطفى سعيد ياسر طارق فاطمة عائشة مريم خديجة زينب سارة ليلى هدى منى أمينة سلمى رضا مهدی
زهرا حسینی رضایی משה דוד יוסף אברהם יעקב יצחק שרה רחל רבקה לאה מרים אסתר חנה מיכל נועה יעל תמר איתן אורי דניאל כהן לוי מזרחי פרץ ביטון राम श्याम राहुल
अमित सुरेश रमेश राजेश प्रिया पूजा सुनीता अनिता सीता गीता शर्मा वर्मा गुप्ता सिंह कुमार पटेल मोहन अंजलि नेहा विकास संजय अनिल สมชาย สมศักดิ์ สมหญิง
ประเสริฐ วิชัย มาลี นิตยา สุดา กัญญา ธนพล`;

/** Letters that are often written without their signs: `jürgen`, `juergen`, `jurgen`. */
const spellings: Record<string, string> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  ø: 'oe',
  å: 'aa',
  æ: 'ae',
  ł: 'l',
  đ: 'd',
  ı: 'i',
};

function spelled(name: string): string[] {
  const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
  return [
    name,
    plain,
    plain.replace(/[øłđı]/g, (one) => (one === 'ø' ? 'o' : (spellings[one] ?? one))),
    name.replace(/[äöüßøåæłđı]/g, (one) => spellings[one] ?? one),
  ];
}

/** In lower case. */
export const namesOfPeople: ReadonlySet<string> = new Set([
  ...latin.split(/\s+/).flatMap(spelled),
  ...otherAlphabets.split(/\s+/),
]);

/** Japanese family names, which begin what is written without spaces (`佐藤健一様`). */
const japanese = new Set(
  `佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤 齋藤 斉藤 清水 山崎 池田 橋本 石川 小川 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 福田
太田 西村 藤井 金子 岡本 藤原 中野 三浦 原田 中川 松田 竹内 小野 田村 中山 和田 石田 森田 上田 安藤 柴田 酒井 工藤 横山 宮崎 宮本 内田 高木 谷口 大野 丸山 今井 高田 藤本 武田 村田 上野 杉山 増田 平野`.split(
    /\s+/,
  ),
);
const chineseFamily =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金廖贾夏韦付邹孟熊秦邱尹薛闫段侯陶黎贺顾郝龚邵钱严張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧蕭蔣葉蘇魏呂盧鍾譚陸賈韋鄒';
const chineseGiven = new Set(
  `伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 超 霞 鹏 辉 玲 琳 婷 浩 宇 秀英 桂英 秀兰 玉兰 桂兰 玉梅 秀珍 凤英 建国 建华 建军 志强 志明 国强 海燕 晓明 晓东 小明 婷婷 丽丽 欣怡 子轩 浩然 梓涵 雨涵 一诺 俊杰 文静 雪梅 淑芬 淑惠 美玲 雅婷
怡君 俊傑 建宏 家豪 志豪 佳穎 宗翰 冠宇 承翰 偉 靜 麗 強 軍 艷 傑 濤 輝`.split(/\s+/),
);
const koreanFamily = '김이박최정강조윤장임한오서신권황안송류홍전고문손양배백허남심노하곽성차주우구민유나진';
const koreanGiven = new Set(
  `민수 지훈 민준 서준 도윤 예준 시우 하준 지호 지후 준서 준우 현우 서연 서윤 지우 서현 민서 하은 하윤 윤서 지민 지유 채원 수빈 지영 은정 미경 영수 영호 영희 철수 순자 정숙 영자 미숙 경희 정희 현정 은주 성민 동현 성훈 상훈 성호 정훈 재현 민지
유진 수진 은영 혜진 미영 지은 은지 소영 민정 영숙 정순 영순 춘자 정호 영철 진우 승현 태현 우진 건우 현준 도현`.split(
    /\s+/,
  ),
);

/** Whether a run of East Asian letters, which has no spaces, is a name or begins with one. */
export function isEastAsianName(run: string): boolean {
  if (run.length < 2 || run.length > 8) return false;
  if (japanese.has(run.slice(0, 2)) || japanese.has(run.slice(0, 3))) return true;
  const given = run.slice(1);
  const first = run.charAt(0);
  // Titles follow: 先生, 小姐, 님, 씨.
  const called = given.replace(/(?:先生|女士|小姐|님|씨)$/, '');
  return (
    (chineseFamily.includes(first) && (chineseGiven.has(called) || (called === '' && given !== ''))) ||
    (koreanFamily.includes(first) && koreanGiven.has(called))
  );
}
