"""What stands on the shelves of the demo's storefront: goods of the imported orders, and two of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Names = tuple[str, str, str]
"""A text in English, in Traditional and in Simplified Chinese."""

SHELVES: Final[tuple[tuple[str, Names], ...]] = (
    ("kitchen", ("Kitchen & table", "廚房與餐桌", "厨房与餐桌")),
    ("light", ("Candles & lights", "燭光與燈飾", "烛光与灯饰")),
    ("cosy", ("Warm & cosy", "溫暖小物", "温暖小物")),
    ("home", ("For the home", "居家佈置", "家居布置")),
    ("bags", ("Bags & baskets", "提袋與提籃", "提袋与提篮")),
    ("paper", ("Paper & gifts", "紙品與禮物", "纸品与礼物")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """An article on a shelf: its price in pence, its picture as motif and palette, how many there are."""

    sku: str
    shelf: str
    names: Names
    told: Names
    price: int
    picture: tuple[str, str]
    pieces: int = 40


GOODS: Final = (
    Goods(
        sku="21071",
        shelf="kitchen",
        price=1295,
        picture=("mug", "clay"),
        names=("“Drink me” mug", "「喝我」馬克杯", "“喝我”马克杯"),
        told=(
            "A sturdy stoneware mug that holds a proper cup of tea. Dishwasher safe.",
            "厚實的陶杯，一次泡滿一大杯茶。可放洗碗機。",
            "厚实的陶杯，一次泡满一大杯茶。可放洗碗机。",
        ),
    ),
    Goods(
        sku="37370",
        shelf="kitchen",
        price=995,
        picture=("mug", "dusk"),
        names=("Retro coffee mug", "復古咖啡杯", "复古咖啡杯"),
        told=(
            "Enamel look, generous handle, good in both hands on cold mornings.",
            "琺瑯質感，大把手，冷冷的早晨雙手捧著剛剛好。",
            "珐琅质感，大把手，冷冷的早晨双手捧着刚刚好。",
        ),
    ),
    Goods(
        sku="22423",
        shelf="kitchen",
        price=2495,
        picture=("cakes", "rose"),
        pieces=3,
        names=("Three-tier cake stand", "三層點心架", "三层点心架"),
        told=(
            "For scones, for cupcakes, for cheese. Takes itself apart in a minute.",
            "放司康、杯子蛋糕或起司都好看，一分鐘就能拆收。",
            "放司康、纸杯蛋糕或奶酪都好看，一分钟就能拆收。",
        ),
    ),
    Goods(
        sku="22960",
        shelf="kitchen",
        price=1595,
        picture=("jar", "sun"),
        names=("Jam making set with jars", "果醬罐組", "果酱罐套装"),
        told=(
            "Six jars, labels, covers and bands: everything but the fruit.",
            "六個玻璃罐、標籤、罐蓋布與束繩，只差水果。",
            "六个玻璃罐、标签、罐盖布与束绳，只差水果。",
        ),
    ),
    Goods(
        sku="22900",
        shelf="kitchen",
        price=895,
        picture=("towel", "rose"),
        names=("Tea towels, set of two", "茶巾兩件組", "茶巾两件装"),
        told=(
            "Heavy cotton that dries the second dish as well as the first.",
            "厚棉布，擦到第二個盤子還是一樣吸水。",
            "厚棉布，擦到第二个盘子还是一样吸水。",
        ),
    ),
    Goods(
        sku="21212",
        shelf="kitchen",
        price=395,
        picture=("cakes", "sun"),
        names=("72 cake cases, dotted", "圓點蛋糕紙杯72入", "圆点蛋糕纸杯72个"),
        told=("Greaseproof paper, in a tin's worth of dots.", "防油紙杯，滿滿的圓點。", "防油纸杯，满满的圆点。"),
    ),
    Goods(
        sku="85123A",
        shelf="light",
        price=695,
        picture=("heart", "rose"),
        names=("Hanging heart tea-light holder", "愛心吊掛燭台", "爱心吊挂烛台"),
        told=(
            "The one that everybody buys. White metal, a heart, a small flame.",
            "大家都買的那一個。白色金屬、一顆心、一點燭光。",
            "大家都买的那一个。白色金属、一颗心、一点烛光。",
        ),
    ),
    Goods(
        sku="71053",
        shelf="light",
        price=1695,
        picture=("lantern", "night"),
        names=("White metal lantern", "白色金屬提燈", "白色金属提灯"),
        told=(
            "For the garden table or the hall. Takes a pillar candle up to 12 cm.",
            "放庭院桌上或玄關都合適，可放12公分高的蠟燭。",
            "放庭院桌上或玄关都合适，可放12厘米高的蜡烛。",
        ),
    ),
    Goods(
        sku="21730",
        shelf="light",
        price=425,
        picture=("star", "dusk"),
        pieces=5,
        names=("Frosted star tea-light holder", "霧面星星燭台", "磨砂星星烛台"),
        told=(
            "Frosted glass, so that the whole star glows.",
            "霧面玻璃，點亮時整顆星都在發光。",
            "磨砂玻璃，点亮时整颗星都在发光。",
        ),
    ),
    Goods(
        sku="22969",
        shelf="light",
        price=895,
        picture=("candle", "rose"),
        names=("Jam-scented candle", "果醬香氛蠟燭", "果酱香氛蜡烛"),
        told=(
            "Strawberry, and a little vanilla. Burns for about thirty hours.",
            "草莓加一點香草，約可點三十小時。",
            "草莓加一点香草，约可点三十小时。",
        ),
    ),
    Goods(
        sku="79321",
        shelf="light",
        price=1895,
        picture=("lights", "clay"),
        names=("Chilli string lights", "辣椒燈串", "辣椒灯串"),
        told=(
            "Two metres of warm red for a kitchen window.",
            "兩公尺長的暖紅光，掛在廚房窗邊。",
            "两米长的暖红光，挂在厨房窗边。",
        ),
    ),
    Goods(
        sku="22086",
        shelf="paper",
        price=595,
        picture=("ribbon", "clay"),
        names=("Paper chain kit", "紙鏈掛飾組", "纸链挂饰套装"),
        told=(
            "An afternoon of glue and a room full of garlands.",
            "一個下午的膠水，換來滿屋子的彩帶。",
            "一个下午的胶水，换来满屋子的彩带。",
        ),
    ),
    Goods(
        sku="22077",
        shelf="paper",
        price=495,
        picture=("ribbon", "moss"),
        names=("Six rustic ribbons", "鄉村緞帶六捲", "乡村缎带六卷"),
        told=(
            "Linen, jute and cotton: for parcels that are kept.",
            "亞麻、黃麻和棉，包出捨不得拆的禮物。",
            "亚麻、黄麻和棉，包出舍不得拆的礼物。",
        ),
    ),
    Goods(
        sku="21791",
        shelf="paper",
        price=650,
        picture=("cards", "night"),
        names=("Heads and tails card game", "頭尾配對紙牌", "头尾配对纸牌"),
        told=(
            "For two to four, from five years on, on rainy days.",
            "二到四人，五歲以上，雨天最好玩。",
            "二到四人，五岁以上，雨天最好玩。",
        ),
    ),
    Goods(
        sku="22585",
        shelf="paper",
        price=350,
        picture=("bird", "sun"),
        names=("Six birdy gift tags", "小鳥禮物吊牌六入", "小鸟礼物吊牌六个"),
        told=("Thick card with a hole and a string.", "厚卡紙，打好孔、附繩子。", "厚卡纸，打好孔、附绳子。"),
    ),
    Goods(
        sku="22632",
        shelf="cosy",
        price=495,
        picture=("warmer", "clay"),
        names=("Hand warmer, red dots", "紅圓點暖手包", "红圆点暖手包"),
        told=(
            "Click, and it is warm for forty minutes. Boil it, and it starts again.",
            "輕輕一按，暖四十分鐘；煮一煮又能再用。",
            "轻轻一按，暖四十分钟；煮一煮又能再用。",
        ),
    ),
    Goods(
        sku="22865",
        shelf="cosy",
        price=495,
        picture=("warmer", "moss"),
        names=("Hand warmer, owl green", "貓頭鷹綠暖手包", "猫头鹰绿暖手包"),
        told=(
            "Click, and it is warm for forty minutes. Boil it, and it starts again.",
            "輕輕一按，暖四十分鐘；煮一煮又能再用。",
            "轻轻一按，暖四十分钟；煮一煮又能再用。",
        ),
    ),
    Goods(
        sku="84029E",
        shelf="cosy",
        price=1695,
        picture=("bottle", "rose"),
        names=("Woolly hot-water bottle", "毛線熱水袋", "毛线热水袋"),
        told=(
            "A knitted cover with a white heart. The cover comes off to be washed.",
            "針織外套繡著白色愛心，外套可拆洗。",
            "针织外套绣着白色爱心，外套可拆洗。",
        ),
    ),
    Goods(
        sku="22112",
        shelf="cosy",
        price=1495,
        picture=("bottle", "sand"),
        names=("Chocolate hot-water bottle", "巧克力色熱水袋", "巧克力色热水袋"),
        told=(
            "Plush on the outside, warm on the inside, until the morning.",
            "外層絨毛，裡面溫熱，一路暖到天亮。",
            "外层绒毛，里面温热，一路暖到天亮。",
        ),
    ),
    Goods(
        sku="84879",
        shelf="home",
        price=450,
        picture=("bird", "dusk"),
        names=("Painted bird ornament", "彩繪小鳥擺飾", "彩绘小鸟摆件"),
        told=(
            "Every one is painted by hand, so every one is a little different.",
            "每一隻都是手繪，每一隻都有點不同。",
            "每一只都是手绘，每一只都有点不同。",
        ),
    ),
    Goods(
        sku="82494L",
        shelf="home",
        price=1195,
        picture=("frame", "sand"),
        names=("Antique white picture frame", "仿古白相框", "仿古白相框"),
        told=(
            "Wood, for pictures of 13 by 18 cm, standing or on the wall.",
            "木質，放13×18公分相片，可立可掛。",
            "木质，放13×18厘米相片，可立可挂。",
        ),
    ),
    Goods(
        sku="22726",
        shelf="home",
        price=1595,
        picture=("clock", "moss"),
        names=("Bakelike alarm clock", "復古鬧鐘", "复古闹钟"),
        told=("Two bells that nobody sleeps through.", "兩個鈴鐺，沒有人睡得過頭。", "两个铃铛，没有人睡得过头。"),
    ),
    Goods(
        sku="82483",
        shelf="home",
        price=3995,
        picture=("cabinet", "night"),
        pieces=2,
        names=("Two-drawer cabinet", "雙抽小櫃", "双抽小柜"),
        told=(
            "Painted wood with porcelain knobs; comes as it is, nothing to put together.",
            "實木烤漆、陶瓷把手，整個送到、不用組裝。",
            "实木烤漆、陶瓷把手，整个送到、不用组装。",
        ),
    ),
    Goods(
        sku="22411",
        shelf="bags",
        price=695,
        picture=("bag", "clay"),
        names=("Jumbo shopper, red paisley", "紅色變形蟲大購物袋", "红色佩斯利大购物袋"),
        told=(
            "Carries a week of groceries and folds into a pocket.",
            "裝得下一週的菜，收起來放得進口袋。",
            "装得下一周的菜，收起来放得进口袋。",
        ),
    ),
    Goods(
        sku="20727",
        shelf="bags",
        price=495,
        picture=("bag", "night"),
        names=("Lunch bag, black", "黑色便當袋", "黑色便当袋"),
        told=(
            "Lined, so that what is cold stays cold until noon.",
            "內裡保冷，早上冰的到中午還是冰的。",
            "内里保冷，早上冰的到中午还是冰的。",
        ),
    ),
    Goods(
        sku="22469",
        shelf="bags",
        price=1295,
        picture=("basket", "sand"),
        names=("Wicker basket, small", "小藤籃", "小藤篮"),
        told=(
            "Woven by hand; for bread, for eggs, for keys.",
            "手工編織，放麵包、雞蛋或鑰匙都好。",
            "手工编织，放面包、鸡蛋或钥匙都好。",
        ),
    ),
)

APRON: Final = (
    ("Apron", "圍裙", "围裙"),
    (
        "Washed linen that gets softer each time, with one deep pocket.",
        "水洗亞麻，越洗越軟，附一個大口袋。",
        "水洗亚麻，越洗越软，附一个大口袋。",
    ),
    2895,
    (("moss", "S", 0), ("moss", "M", 12), ("moss", "L", 4), ("clay", "M", 9), ("clay", "L", 0)),
)
"""Names, description, price, and its colors and sizes with the pieces that there are. What is sold out comes again, but for the
smallest."""
COLORS: Final = {"moss": "Moss", "clay": "Clay"}
OPTIONS: Final = {
    "zh-Hant": {"Color": "顏色", "Size": "尺寸", "Moss": "苔綠", "Clay": "陶土"},
    "zh-Hans": {"Color": "颜色", "Size": "尺码", "Moss": "苔绿", "Clay": "陶土"},
}
"""What colors and sizes are called."""
CALENDAR: Final = (
    ("Wall calendar of next year", "明年月曆", "明年挂历"),
    (
        "Twelve drawings on heavy paper. It is printed now, and leaves as soon as it is dry.",
        "十二幅手繪、厚磅紙，正在印，一乾就寄出。",
        "十二幅手绘、厚磅纸，正在印，一干就寄出。",
    ),
    1895,
)
"""It can be ordered before there is any."""
