"""Variant characters of personal names, for finding people only: names are stored as they were given.

Each group begins with the everyday form; the others stand for it in registers (旧字体, 俗字, 異体字 of the
common-use and name kanji). Compatibility ideographs that NFKC already folds are not repeated here.
"""

_GROUPS = """
高髙 崎﨑嵜 辺邉邊 斉斎齋齊 浜濱濵 沢澤 広廣 国國圀 学學斈 恵惠 真眞 徳德 瀬瀨 横橫 島嶋嶌 槙槇 桑桒
柳栁 吉𠮷 滝瀧 竜龍 桜櫻 渕淵渊 富冨 峰峯 曽曾 条條 蔵藏 館舘 実實 寿壽 来來 豊豐 与與 万萬 弥彌
顕顯 栄榮 円圓 会會 応應 黒黑 関關 静靜 晋晉 歩步 毎每 清淸 増增 寛寬 団團 図圖 塩鹽 奥奧 姫姬
宝寳寶 尭堯 岳嶽 巌巖 帯帶 荘莊 弁辨瓣辯 従從 戸戶 戻戾 拝拜 挙擧 旧舊 暁曉 楽樂 様樣 検檢 権權 歓歡
残殘 気氣 沖冲 浅淺 済濟 湾灣 満滿 灯燈 点點 焼燒 画畫 当當 県縣 砺礪 礼禮 秋穐龝 穂穗 窓窗 継繼
総總 緑綠 縄繩 絵繪 聡聰 芸藝 芦蘆 茎莖 薗園 薫薰 虎乕 蛍螢 衛衞 覚覺 観觀 読讀 諌諫 郎郞 鉄鐵銕
鉱鑛 銭錢 鎌鐮 間閒 霊靈 頼賴 駅驛 験驗 鶴靍靏 鴎鷗 塁壘 亀龜 仏佛 仙僊 仮假 両兩 並竝 乗乘 亜亞
伝傳 体體 児兒 内內 勲勳 参參 双雙 収收 号號 呂吕 告吿 坂阪 壮壯 声聲 売賣 将將 専專 尚尙 属屬
"""

GROUPS = tuple(_GROUPS.split())
VARIANTS = str.maketrans({variant: group[0] for group in GROUPS for variant in group[1:]})
