"""Generated names, from lists of common surnames and given names; any likeness is chance."""

from datetime import date
from random import Random

SURNAMES = (
    "王王王王李李李李张张张张刘刘刘陈陈杨杨赵赵黄周吴徐孙马朱胡郭郭何高林罗郑梁谢宋宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦付方白邹孟熊秦邱江尹"
    "薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤楚连靳冀单解仇时晋党库侯菅燕"
)
HUI_SURNAMES = "马马马白金丁海沙杨铁穆虎买陈"
OLD_MEN = "国建德文书长老根全富保发金银木水土春喜福顺安成庆有法留运天振子西东海山群付套圈栓"
OLD_MEN_SECOND = "军民林生亭堂山岭印才义山昌明来聚柱亮现政伟峰旺祥田有欣章欠广"
OLD_WOMEN = "秀桂玉凤兰素爱彩喜改巧翠花淑荣雪春金月瑞书麦青转妮香梅"
OLD_WOMEN_SECOND = "英兰芳荣梅珍花枝云霞琴芝娥勤霞玲仙娟妞香叶敏莲平红"
MEN = "建志晓俊伟永红新国学少亚海松占宏向朝帅耀鹏世利旭春杰振广军"
MEN_SECOND = "峰涛伟强锋超辉军勇磊杰凯彬普锐飞刚坡垒宾民亮阳乐召停恒东奇"
WOMEN = "晓红丽艳亚春慧会小俊淑利改云静海向雪玉素燕巧秋敏彦"
WOMEN_SECOND = "丽霞娟红敏玲燕芳杰歌鸽平娜静萍利云景琴珂洁珍云凤霞"
BOYS = "子浩宇梓俊嘉一天家明世博柯奕佳铭雨旭锦文书皓亦"
BOYS_SECOND = "轩宇豪涵泽阳辰博鑫硕乐航恒杰帅旭凡晨睿哲铎源昊"
GIRLS = "梦雨欣子佳紫一诗思若梓静婉雅语可嘉依晨怡书艺雪"
GIRLS_SECOND = "涵怡萱琪彤瑶妍欣雯洁菲婷然冉诺慧晴贝琦菡雅甜果"

_POOLS = {
    ("old", True): (OLD_MEN, OLD_MEN_SECOND),
    ("old", False): (OLD_WOMEN, OLD_WOMEN_SECOND),
    ("grown", True): (MEN, MEN_SECOND),
    ("grown", False): (WOMEN, WOMEN_SECOND),
    ("young", True): (BOYS, BOYS_SECOND),
    ("young", False): (GIRLS, GIRLS_SECOND),
}


def surname(rng: Random, *, hui: bool = False) -> str:
    return rng.choice(HUI_SURNAMES if hui else SURNAMES)


def full_name(rng: Random, family: str, born: date, *, male: bool) -> str:
    """A surname and one or two characters as they were given in those years."""
    age = "old" if born.year < 1962 else "grown" if born.year < 1997 else "young"
    first, second = _POOLS[age, male]
    if rng.random() < 0.14:
        return family + rng.choice(second)
    return family + rng.choice(first) + rng.choice(second)
