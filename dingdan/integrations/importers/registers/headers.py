"""What other programs and people write above columns, beside our own names for them in every language."""

from collections.abc import Mapping
from typing import Final

EVERYWHERE: Final[Mapping[str, str]] = {
    "code": "代碼 代码 編碼 编码",
    "state": "狀態 状态",
    "kind": "類型 类型 type",
    "language": "語言 语言",
    "currency": "幣別 幣種 币种",
    "country": "國家 国家",
    "region": "地區 地区",
    "email": "電子郵件 电子邮件 信箱 邮箱 email",
    "phone": "電話 电话 手機 手机 手機號碼 手机号",
    "tax_number": "統一編號 统一编号 稅號 税号",
    "tax_class": "稅別 税别 稅類 税类",
    "priority": "優先順序 优先级",
    "active": "啟用 启用",
    "starts_on": "生效日 起始日期 開始日期 开始日期 生效日期",
    "ends_on": "失效日 結束日期 结束日期 失效日期",
    "channel": "通路 渠道",
    "customer_group": "客群 客戶群組 客户分组",
    "sku": "貨號 货号 商品編號 商品编号 商家編碼 商家编码 編號 编号",
    "unit_price": "價格 价格 單價 单价 售價 售价 price",
    "min_quantity": "起訂量 起订量 數量 数量",
}
"""By the name of the column, parted by blanks."""

OF_REGISTER: Final[Mapping[str, Mapping[str, str]]] = {
    "thresholds": {"node": "倉庫 仓库", "low_at": "安全量 警戒量 預警值 预警值", "person": "負責人 负责人", "role": "角色"},
    "products": {
        "name": "品名 商品 商品名稱 商品名称 名稱 名称 title",
        "slug": "handle 網址 网址 網址名稱 网址名称",
        "name_i18n": "其他語言名稱 其他语言名称",
        "description": "描述 商品描述 說明 说明 body",
        "options": "規格 规格 規格選項 规格选项 規格型號 规格型号",
        "variant_name": "規格名稱 规格名称 variant",
        "barcode": "條碼 条码 條形碼 条形码 國際條碼 国际条码 EAN GTIN UPC",
        "unit": "單位 单位",
        "weight_grams": "重量 重量(g) 重量(克) 克重",
        "length_mm": "長 长 長(mm) 长(mm)",
        "width_mm": "寬 宽 寬(mm) 宽(mm)",
        "height_mm": "高 高(mm)",
        "shortage": "缺貨時 缺货时",
        "components": "組合內容 组合内容 套裝內容 套装内容",
    },
    "prices": {"price_list": "價格表 价格表 價目表 价目表", "name": "品名 名稱 名称"},
    "price-lists": {"name": "名稱 名称"},
    "tax-rates": {"name": "名稱 名称 稅名 税名", "rate": "稅率 税率"},
    "shipping-methods": {"name": "名稱 名称", "carrier": "物流商 承运商", "countries": "國家 国家"},
    "customers": {
        "number": "客戶編號 客户编号 會員編號 会员编号",
        "name": "姓名 客戶 客户 客戶名稱 客户名称 會員 会员",
        "company": "公司 公司名稱 公司名称",
        "group": "客群 群組 分组",
        "address_country_code": "國家 国家",
        "address_postal_code": "郵遞區號 邮编 郵編 邮政编码",
        "address_country_area": "省 省份 縣市",
        "address_city": "城市 市",
        "address_city_area": "區 区 區縣 区县 鄉鎮市區",
        "address_street_address": "地址 詳細地址 详细地址",
        "address_name": "收件人 收货人",
    },
    "channels": {"name": "名稱 名称", "time_zone": "時區 时区"},
    "sellers": {"name": "名稱 名称", "legal_name": "公司名稱 公司名称"},
    "nodes": {"name": "名稱 名称 倉庫 仓库"},
    "wordings": {
        "kind": "類型 类型 通知 種類 种类",
        "way": "管道 渠道 方式",
        "level": "級別 级别 次數 次数",
        "subject": "主旨 主题 標題 标题",
        "heading": "大標 大标题",
        "body": "內文 正文 內容 内容",
        "closing": "結尾 结尾",
    },
    "locations": {"code": "庫位 库位 代碼 代码", "node": "出貨點 发货点 倉庫 仓库"},
}


def others(register: str, column: str) -> list[str]:
    """What else may stand above a column of a register."""
    return (OF_REGISTER.get(register, {}).get(column) or EVERYWHERE.get(column, "")).split()
