"""What people write for a choice, in Chinese and English, and the language codes."""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]
"""Key of the model → words; the first is the Chinese word that exports write."""

ORGANISATION_KINDS: Words = {
    "university": ("大学", "高校", "高等院校"),
    "college": ("学院", "职业学院", "高职", "高职院校"),
    "school": ("学校", "中小学", "中学", "小学", "幼儿园"),
    "company": ("公司", "企业"),
    "hospital": ("医院",),
    "hotel": ("酒店", "宾馆", "饭店"),
    "institute": ("研究所", "研究院", "科研院所"),
}
KINDS: Words = {
    "study": ("学习", "留学"),
    "work": ("工作", "就业"),
    "reunion": ("团聚", "家庭团聚"),
    "private": ("私人事务", "private affairs"),
    "journalist": ("记者", "journalism"),
    "talent": ("人才", "高层次人才"),
}
TASKS: Words = {
    "first": ("首次", "首次申请"),
    "extension": ("延期", "居留延期", "extend"),
    "change": ("变更",),
    "visa_extension": ("签证延期", "visa extension"),
}
SERVICES: Words = {"acceptance": ("受理",), "interview": ("面谈", "面见")}
KITS: Words = {"acceptance": ("受理",), "interview": ("面谈", "面见"), "return": ("送证",)}
DATUMS: Words = {
    "wgs84": ("WGS-84", "wgs 84", "gps", "天地图", "tianditu", "cgcs2000", "2000国家大地坐标系"),
    "gcj02": ("GCJ-02", "gcj 02", "火星坐标", "高德", "腾讯", "amap", "gaode", "tencent"),
    "bd09": ("BD-09", "bd 09", "bd09ll", "百度", "baidu"),
}
YES_NO: Words = {"yes": ("是", "true", "y", "1", "有"), "no": ("否", "false", "n", "0", "无")}

LANGUAGES: Words = {
    "zh": ("汉语", "中文", "普通话", "chinese", "mandarin"),
    "en": ("英语", "英文", "english"),
    "ko": ("韩语", "朝鲜语", "韩文", "korean"),
    "ja": ("日语", "日文", "japanese"),
    "th": ("泰语", "thai"),
    "ru": ("俄语", "russian"),
    "fr": ("法语", "french"),
    "de": ("德语", "german"),
    "es": ("西班牙语", "spanish"),
    "pt": ("葡萄牙语", "portuguese"),
    "it": ("意大利语", "italian"),
    "ar": ("阿拉伯语", "arabic"),
    "vi": ("越南语", "vietnamese"),
    "id": ("印尼语", "印度尼西亚语", "indonesian"),
    "ms": ("马来语", "malay"),
    "lo": ("老挝语", "lao"),
    "my": ("缅甸语", "burmese"),
    "km": ("高棉语", "柬埔寨语", "khmer"),
    "hi": ("印地语", "hindi"),
    "ur": ("乌尔都语", "urdu"),
    "bn": ("孟加拉语", "bengali"),
    "ne": ("尼泊尔语", "nepali"),
    "si": ("僧伽罗语", "sinhala"),
    "ta": ("泰米尔语", "tamil"),
    "fa": ("波斯语", "persian"),
    "tr": ("土耳其语", "turkish"),
    "mn": ("蒙古语", "mongolian"),
    "kk": ("哈萨克语", "kazakh"),
    "ky": ("吉尔吉斯语", "kyrgyz"),
    "uz": ("乌兹别克语", "uzbek"),
    "tg": ("塔吉克语", "tajik"),
    "tk": ("土库曼语", "turkmen"),
    "uk": ("乌克兰语", "ukrainian"),
    "pl": ("波兰语", "polish"),
    "cs": ("捷克语", "czech"),
    "hu": ("匈牙利语", "hungarian"),
    "sr": ("塞尔维亚语", "serbian"),
    "el": ("希腊语", "greek"),
    "nl": ("荷兰语", "dutch"),
    "sv": ("瑞典语", "swedish"),
    "da": ("丹麦语", "danish"),
    "fi": ("芬兰语", "finnish"),
    "no": ("挪威语", "norwegian"),
    "he": ("希伯来语", "hebrew"),
    "sw": ("斯瓦希里语", "swahili"),
    "am": ("阿姆哈拉语", "amharic"),
    "ha": ("豪萨语", "hausa"),
    "tl": ("他加禄语", "菲律宾语", "tagalog", "filipino"),
}

_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is
    it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms
    mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk
    sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi
    yo za zh zu
"""
ISO_639_1 = frozenset(_CODES.split())
"""The two-letter codes; those not in LANGUAGES are understood as codes only."""
