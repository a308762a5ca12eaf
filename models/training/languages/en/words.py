"""Words that fill the slots of the training sentences."""

AREAS = """kitchen;living room;bedroom;bathroom;hall;hallway;office;study;garage;garden;dining room;attic;basement;cellar;
loft;nursery;playroom;guest room;guest bedroom;master bedroom;kids room;laundry room;utility room;pantry;porch;patio;
balcony;terrace;den;family room;lounge;conservatory;entrance;entryway;stairs;staircase;landing;upstairs;downstairs;
shed;workshop;gym;library;music room;game room;closet;wardrobe;toilet;shower;en suite;spare room;front room;back room;
front yard;back yard;backyard;driveway;corridor;foyer;lobby;sunroom;cinema;home theater;studio;barn;greenhouse;kitchenette;
first floor;second floor;ground floor;top floor;main bedroom;children's room;baby's room;mum's room;dad's office;
tom's room;anna's bedroom;boys room;reading corner;kitchen counter;restroom;boot room;mud room;sewing room;wine cellar;
computer room;meeting room;reception;waiting room;hobby room;sitting room;drawing room;great room;powder room;washroom""".replace(
    "\n", ""
).split(";")

LAMPS = """lamp;desk lamp;floor lamp;table lamp;bedside lamp;reading lamp;ceiling light;ceiling lights;ceiling lamp;
night light;nightlight;wall light;wall lamp;spotlight;spotlights;spots;chandelier;led strip;light strip;strip lights;
fairy lights;christmas lights;christmas tree;tree lights;string lights;overhead light;overhead lights;under cabinet lights;
cabinet light;counter light;sink light;mirror light;vanity light;closet light;porch light;garden lights;flood light;
floodlights;standing lamp;corner lamp;left light;right light;main light;main lights;big light;small light;little lamp;
lava lamp;salt lamp;tiffany lamp;arc lamp;pendant;pendant light;downlights;track lights;back light;front light;side lamp;
piano lamp;sofa lamp;tv lights;bias light;mood light;mood lamp;disco lights;hue lamp;hue light;smart bulb;bulb;light bulb;
lightbulb;stair lights;step lights;path lights;outside light;outside lights;outdoor lights;shelf light;bookshelf light;
bar lights;island light;island lights;lantern;globe;uplighter;sideboard lamp;dresser lamp;window lamp;snake light""".replace(
    "\n", ""
).split(";")

DEVICES = """fan;ceiling fan;extractor fan;exhaust fan;tower fan;television;tv;telly;tv set;heater;space heater;plug;
smart plug;socket;outlet;power strip;switch;coffee machine;coffee maker;kettle;toaster;oven;microwave;dishwasher;
washing machine;washer;dryer;tumble dryer;air conditioner;air conditioning;ac;aircon;humidifier;dehumidifier;air purifier;
purifier;radio;stereo;speaker;speakers;soundbar;amplifier;hi-fi;record player;projector;monitor;screen;computer;pc;printer;
router;wifi;modem;console;playstation;xbox;game console;charger;phone charger;electric blanket;fridge;freezer;
pump;pool pump;pond pump;fountain;sprinkler;sprinklers;irrigation;aquarium;fish tank;terrarium;heat lamp;boiler;
water heater;hot water;immersion heater;towel rail;towel warmer;fireplace;stove;hob;cooker hood;hood;vent;bathroom fan;
christmas tree plug;doorbell;camera;security camera;alarm system;massage chair;treadmill;hot tub;jacuzzi;sauna;
waffle iron;slow cooker;rice cooker;blender;mixer;iron;hair dryer;curling iron;bottle warmer;baby monitor;white noise machine;
server;nas;media player;dvd player;set top box;receiver;turntable;subwoofer;garden pump;compressor;lathe;saw""".replace(
    "\n", ""
).split(";")

COLORS = """red;green;blue;white;yellow;orange;purple;pink;violet;turquoise;cyan;magenta;warm white;cool white;cold white;
daylight;soft white;teal;lime;gold;amber;indigo;lavender;light blue;dark blue;dark red;light green;dark green;sky blue;
navy;navy blue;crimson;peach;salmon;coral;mint;aqua;brown;beige;ivory;candlelight;hot pink;lilac;maroon;olive""".replace(
    "\n", ""
).split(";")

FOODS = """milk;eggs;bread;butter;cheese;apples;bananas;oranges;pears;grapes;lemons;limes;tomatoes;potatoes;onions;garlic;
carrots;celery;lettuce;spinach;broccoli;cauliflower;peppers;mushrooms;cucumber;cabbage;beans;green beans;peas;corn;rice;
pasta;noodles;flour;sugar;brown sugar;salt;pepper;oil;olive oil;vinegar;ketchup;mustard;mayonnaise;mayo;jam;honey;
peanut butter;nutella;cereal;oats;granola;yogurt;yoghurt;cream;sour cream;cream cheese;ice cream;chicken;chicken breast;
beef;ground beef;mince;pork;bacon;ham;sausages;turkey;fish;salmon;tuna;prawns;shrimp;tofu;coffee;tea;green tea;juice;
orange juice;apple juice;water;sparkling water;soda;coke;diet coke;beer;wine;red wine;white wine;chocolate;dark chocolate;
cookies;biscuits;crackers;chips;crisps;popcorn;nuts;almonds;walnuts;raisins;cake;cake mix;baking powder;yeast;vanilla;
cinnamon;basil;parsley;cilantro;ginger;avocados;berries;strawberries;blueberries;raspberries;pineapple;mango;melon;
watermelon;peaches;plums;cherries;toilet paper;paper towels;kitchen roll;tissues;soap;hand soap;shampoo;conditioner;
toothpaste;a toothbrush;deodorant;razors;detergent;laundry detergent;washing powder;fabric softener;bleach;sponges;
dish soap;washing up liquid;bin bags;trash bags;foil;cling film;batteries;light bulbs;candles;matches;nappies;diapers;
baby wipes;wet wipes;cat food;dog food;cat litter;bird seed;plasters;aspirin;ibuprofen;vitamins;cough syrup;stamps;
envelopes;printer paper;ink;pens;tape;glue;nails;screws;paint;a hammer;duct tape;flowers;a birthday card;wrapping paper;
hummus;salsa;tortillas;bagels;muffins;croissants;rolls;pizza;frozen pizza;fries;soup;broth;stock cubes;lentils;chickpeas;
kale;zucchini;courgettes;aubergine;eggplant;squash;pumpkin;leeks;radishes;beets;sweet potatoes;asparagus;artichokes;olives;
pickles;capers;feta;mozzarella;parmesan;cheddar;skim milk;oat milk;almond milk;soy milk;buttermilk;half and half;maple syrup;
gluten free bread;organic eggs;two liters of milk;a dozen eggs;six eggs;a bag of rice;a bottle of wine;three onions;
a pound of butter;some cheese;a loaf of bread;a pack of gum;four bananas;a can of tuna;more coffee filters;coffee filters""".replace(
    "\n", ""
).split(";")

TASKS = """call mum;call the dentist;walk the dog;feed the cat;water the plants;clean the bathroom;do the laundry;pay the rent;
pay bills;mow the lawn;wash the car;book flights;buy tickets;send the invoice;finish the report;email the teacher;
pick up the parcel;return the books;take out the trash;iron the shirts;clean the windows;vacuum the stairs;fix the tap;
oil change;grocery shopping;car service;write to grandma;renew the passport;change the sheets;empty the dishwasher;
homework;practise piano;go to the bank;get a haircut;order pizza;plan the party;back up the laptop;sharpen the knives""".replace(
    "\n", ""
).split(";")

LISTS = """shopping;grocery;groceries;to do;to-do;todo;task;tasks;packing;wish;christmas;birthday;party;hardware;hardware store;
work;house;home;weekend;holiday;vacation;camping;costco;supermarket;pharmacy;drugstore;market;chores;chore;gift;gifts;present;
movie;movies;book;books;reading;watch;bucket;errands;school;office;garden;baby;kitchen;meal;cleaning;costume;guest;invitation;
dinner;lunch;barbecue;beach;travel;drinks;wine;tool;tools;favorites;ideas;music;songs;project;training;ikea;target;aldi;dog""".replace(
    "\n", ""
).split(";")

TIMERS = """pizza;pasta;egg;eggs;tea;coffee;rice;cake;bread;cookies;cookie;chicken;turkey;roast;potatoes;potato;spaghetti;
noodles;oven;laundry;washing;washing machine;dryer;dishwasher;workout;exercise;plank;break;nap;homework;study;meditation;
reading;game;bath;shower;parking;soup;steak;salmon;beans;muffins;pie;kids;bedtime;screen time;tv;meeting;presentation;
cooking;kitchen;baking;lasagna;casserole;vegetables;broccoli;popcorn;hair dye;face mask;yoga;running;interval;rest;
grill;barbecue;dough;sourdough;cat;dog;plants;sprinkler;first;second;piano;violin;tidy up;time out;lunch;breakfast""".replace(
    "\n", ""
).split(";")

REGIONS = (
    "texas;tx;california;ca;ohio;florida;oregon;kansas;illinois;virginia;new york;ny;ontario;england;uk;usa;scotland;wales;"
    "ireland;france;germany;spain;italy;india;australia;new zealand;canada;mexico;brazil;japan;south africa"
).split(";")
"""What is said after a place, to tell which one of that name."""
PLACES = """london;paris;berlin;madrid;rome;tokyo;new york;los angeles;san francisco;chicago;boston;seattle;denver;miami;
houston;dallas;atlanta;toronto;vancouver;montreal;mexico city;sao paulo;rio de janeiro;buenos aires;lima;bogota;santiago;
sydney;melbourne;brisbane;perth;auckland;beijing;shanghai;hong kong;singapore;bangkok;jakarta;manila;seoul;taipei;mumbai;
delhi;new delhi;kolkata;karachi;dubai;abu dhabi;tehran;istanbul;athens;cairo;lagos;nairobi;johannesburg;cape town;moscow;
kiev;warsaw;prague;vienna;budapest;zurich;geneva;munich;hamburg;frankfurt;amsterdam;brussels;copenhagen;stockholm;oslo;
helsinki;dublin;edinburgh;glasgow;manchester;lisbon;porto;barcelona;milan;venice;naples;reykjavik;honolulu;hawaii;alaska;
california;texas;florida;germany;france;spain;italy;japan;china;india;australia;brazil;canada;england;scotland;ireland;
iceland;norway;sweden;finland;denmark;poland;portugal;greece;turkey;egypt;kenya;south africa;new zealand;thailand;vietnam;
south korea;indonesia;washington;washington dc;philadelphia;phoenix;las vegas;portland;salt lake city;minneapolis;detroit;
new orleans;nashville;the uk;the us;pacific time;eastern time;central time;mountain time;pacific standard time;greenwich;utc;the states;kathmandu;hanoi;kuala lumpur;casablanca;tel aviv;jerusalem;riyadh;doha""".replace(
    "\n", ""
).split(";")

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = "january february march april may june july august september october november december".split()
ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth
fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth
twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first""".split()

ONES = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen""".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()

SYLLABLES = """ba be bi bo bu ca co da de di do du fa fe fi fo ga ge go gu ha he hi ho ja jo ka ke ki ko la le li lo lu ma me mi
mo mu na ne ni no nu pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi wo ya yo za zo ber ton lin
mar ken dor sel tan ris pel gor wen hal bur den mon ster ville berg ford ley son ner ter ling shaw brook field stone""".split()
"""Of these, words are made that the model has never seen, so that it learns to copy."""
