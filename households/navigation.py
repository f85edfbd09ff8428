"""This app's entries in the navigation, and its words in the audit trail."""

from accounts.home import register_home
from accounts.nav import NavItem, register_nav
from accounts.verbs import register_verbs
from households.home import home_parts

VERBS = {
    "households.register": "登记农户",
    "households.edit": "修改农户",
    "households.move": "农户迁移",
    "households.close": "注销农户",
    "households.member_add": "增加成员",
    "households.member_leave": "减少成员",
    "households.act": "家庭变动",
    "households.act_reverse": "撤销家庭变动",
    "households.paper_add": "上传农户附件",
    "households.paper_supersede": "更换农户附件",
    "households.person_edit": "修改成员",
    "households.person_situation_record": "登记成员情况",
    "households.situation_record": "登记生活条件",
    "households.guarantee_record": "登记保障情况",
    "households.status_set": "认定状态",
    "households.safety_net_open": "登记低保特困",
    "households.safety_net_close": "停发低保特困",
    "households.helper_assign": "安排帮扶责任人",
    "households.income_save": "登记收支",
    "households.event_record": "登记家庭事件",
    "households.event_resolve": "登记事件解决",
    "households.measure_save": "保存帮扶措施",
    "households.measure_review": "评定措施成效",
    "households.measure_end": "结束帮扶措施",
    "households.measure_file_add": "上传措施材料",
    "households.point_record": "登记积分",
    "households.point_correct": "更正积分",
    "households.visit_record": "登记走访",
    "households.visit_photo_add": "上传走访照片",
    "households.visits_hand_in": "走访文件补录",
    "households.day_list_download": "下载走访名单",
    "households.number_reveal": "查看完整号码",
    "households.paper_reveal": "打印完整信息采集表",
    "households.search_by_id": "按证件号码查找",
    "households.risks_set": "认定致贫返贫风险",
    "households.monitoring_restored": "回退为监测对象",
}


def register() -> None:
    register_nav(NavItem(10, "农户", "households:household-list", "households.view", "people"))
    register_nav(NavItem(15, "走访", "households:visit-list", "households.view", "journal-check"))
    register_nav(NavItem(16, "离线走访", "households:offline", "households.record_visit", "phone"))
    register_nav(NavItem(12, "特殊群体", "households:group-list", "households.view", "person-hearts"))
    register_nav(NavItem(40, "帮扶措施", "households:measure-list", "households.view", "hand-thumbs-up"))
    register_nav(NavItem(45, "爱心超市", "households:point-list", "households.view", "basket"))
    register_verbs(VERBS)
    register_home(home_parts)
