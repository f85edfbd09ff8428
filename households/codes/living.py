"""Code lists of house, road, fuel, water, relocation, and of work and insurance on the paper form."""

from django.db.models import TextChoices


class HouseStructure(TextChoices):
    CONCRETE = "concrete", "钢筋混凝土"
    BRICK_CONCRETE = "brick_concrete", "砖混"
    BRICK_WOOD = "brick_wood", "砖木"
    EARTH_WOOD = "earth_wood", "土木"
    OTHER = "other", "其他"


class RoadKind(TextChoices):
    """入户路类型."""

    EARTH = "earth", "泥土路"
    GRAVEL = "gravel", "砂石路"
    CEMENT = "cement", "水泥路"
    ASPHALT = "asphalt", "沥青路"


class FuelKind(TextChoices):
    """主要燃料类型."""

    FIREWOOD = "firewood", "柴草"
    DUNG = "dung", "干畜粪"
    COAL = "coal", "煤炭"
    CLEAN = "clean", "清洁能源"
    OTHER = "other", "其他"


class ToiletKind(TextChoices):
    SANITARY = "sanitary", "卫生厕所"
    DRY = "dry", "旱厕"
    SHARED = "shared", "公共厕所"
    NONE = "none", "没有厕所"


class WaterSource(TextChoices):
    PIPED = "piped", "集中供水"
    WELL = "well", "自备水井"
    SPRING = "spring", "山泉水"
    CISTERN = "cistern", "水窖"
    FETCHED = "fetched", "外出取水"
    OTHER = "other", "其他"


class RelocationWay(TextChoices):
    WHOLE_VILLAGE = "whole_village", "整村搬迁"
    WHOLE_GROUP = "whole_group", "整组搬迁"
    SINGLE = "single", "零散搬迁"
    NOT_RELOCATED = "not_relocated", "未搬迁"


class ResettlementWay(TextChoices):
    TOGETHER = "together", "集中安置"
    SCATTERED = "scattered", "分散安置"


class EmploymentChannel(TextChoices):
    """就业渠道."""

    AWAY = "away", "外出务工"
    PUBLIC_POST = "public_post", "公益性岗位"
    WORKSHOP = "workshop", "帮扶车间"
    NEARBY = "nearby", "就近务工"
    OWN_BUSINESS = "own_business", "自主创业"
    OTHER = "other", "其他"


class MedicalKind(TextChoices):
    RESIDENT = "resident", "居民医保"
    EMPLOYEE = "employee", "职工医保"


class PensionKind(TextChoices):
    RESIDENT = "resident", "居民养老保险"
    EMPLOYEE = "employee", "职工养老保险"
