"""Published vectors of the firms, and where they come from; made with OpenSSL's command line where a firm publishes none."""

# wechatpay-go, utils/sign_test.go (Tencent, Apache-2.0): a key for tests, and its signature over `source`.
TEST_KEY = """-----BEGIN PRIVATE KEY-----
MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDZUJN33V+dSfvd
fL0Mu+39XrZNXFFMQSy1V15FpncHeV47SmV0TzTqZc7hHB0ddqAdDi8Z5k3TKqb7
6sOwYr5TcAfuR6PIPaleyE0/0KrljBum2Isa2Nyq7Dgc3ElBQ6YN4l/a+DpvKaz1
FSKmKrhLNskqokWVSlu4g8OlKlbPXQ9ibII14MZRQrrkTmHYHzfi7GXXM0thAKuR
0HNvyhTHBh4/lrYM3GaMvmWwkwvsMavnOex6+eioZHBOb1/EIZ/LzC6zuHArPpyW
3daGaZ1rtQB1vVzTyERAVVFsXXgBHvfFud3w3ShsJYk8JvMwK2RpJ5/gV0QSARcm
LDRUAlPzAgMBAAECggEBAMc7rDeUaXiWv6bMGbZ3BTXpg1FhdddnWUnYE8HfX/km
OFI7XtBHXcgYFpcjYz4D5787pcsk7ezPidAj58zqenuclmjKnUmT3pfbI5eCA2v4
C9HnbYDrmUPK1ZcADtka4D6ScDccpNYNa1g2TFHzkIrEa6H+q7S3O2fqxY/DRVtN
0JIXalBb8daaqL5QVzSmM2BMVnHy+YITJWIkP2a3pKs9C0W65JGDsnG0wVrHinHF
+cnhFZIbaPEI//DAFMc9NkrWOKVRTEgcCUxCFaHOZVNxDWZD7A2ZfJB2rK6eg//y
gEiFDR2h6mTaDowMB4YF2n2dsIO4/dCG8vPHI20jn4ECgYEA/ZGu6lEMlO0XZnam
AZGtiNgLcCfM/C2ZERZE7QTRPZH1WdK92Al9ndldsswFw4baJrJLCmghjF/iG4zi
hhBvLnOLksnZUfjdumxoHDWXo2QBWbI5QsWIE7AuTiWgWj1I7X4fCXSQf6i+M/y2
6TogQ7d0ANpZFyOkTNMn/tiJvLECgYEA22XqlamG/yfAGWery5KNH2DGlTIyd6xJ
WtJ9j3jU99lZ0bCQ5xhiBbU9ImxCi3zgTsoqLWgA/p00HhNFNoUcTl9ofc0G3zwT
D1y0ZzcnVKxGJdZ6ohW52V0hJStAigtjYAsUgjm7//FH7PiQDBDP1Wa6xSRkDQU/
aSbQxvEE8+MCgYEA3bb8krW7opyM0XL9RHH0oqsFlVO30Oit5lrqebS0oHl3Zsr2
ZGgoBlWBsEzk3UqUhTFwm/DhJLTSJ/TQPRkxnhQ5/mewNhS9C7yua7wQkzVmWN+V
YeUGTvDGDF6qDz12/vJAgSwDDRym8x4NcXD5tTw7mmNRcwIfL22SkysThIECgYAV
BgccoEoXWS/HP2/u6fQr9ZIR6eV8Ij5FPbZacTG3LlS1Cz5XZra95UgebFFUHHtC
EY1JHJY7z8SWvTH8r3Su7eWNaIAoFBGffzqqSVazfm6aYZsOvRY6BfqPHT3p/H1h
Tq6AbBffxrcltgvXnCTORjHPglU0CjSxVs7awW3AEQKBgB5WtaC8VLROM7rkfVIq
+RXqE5vtJfa3e3N7W3RqxKp4zHFAPfr82FK5CX2bppEaxY7SEZVvVInKDc5gKdG/
jWNRBmvvftZhY59PILHO2X5vO4FXh7suEjy6VIh0gsnK36mmRboYIBGsNuDHjXLe
BDa+8mDLkWu5nHEhOxy2JJZl
-----END PRIVATE KEY-----
"""
TEST_PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2VCTd91fnUn73Xy9DLvt
/V62TVxRTEEstVdeRaZ3B3leO0pldE806mXO4RwdHXagHQ4vGeZN0yqm++rDsGK+
U3AH7kejyD2pXshNP9Cq5YwbptiLGtjcquw4HNxJQUOmDeJf2vg6byms9RUipiq4
SzbJKqJFlUpbuIPDpSpWz10PYmyCNeDGUUK65E5h2B834uxl1zNLYQCrkdBzb8oU
xwYeP5a2DNxmjL5lsJML7DGr5znsevnoqGRwTm9fxCGfy8wus7hwKz6clt3Whmmd
a7UAdb1c08hEQFVRbF14AR73xbnd8N0obCWJPCbzMCtkaSef4FdEEgEXJiw0VAJT
8wIDAQAB
-----END PUBLIC KEY-----
"""
SIGNED_SOURCE = (
    "BKyAfU4iMCuvXMXS0Wzam3V/cnxZ+JaqigPM5OhljS2iOT95OO6Fsuml2JkFANJU9K6q9bLlDhPXuoVz+pp4hAm6pHU4ld815U4j"
    "sKu1RkyaII+1CYBUYC8TK0XtJ8FwUXXz8vZHh58rrAVN1XwNyvD1vfpxrMT4SL536GLwvpUHlCqIMzoZUguLli/K8V29QiOhuH6I"
    "EqLNJn8e9b3nwNcQ7be3CzYGpDAKBfDGPCqCv8Rw5zndhlffk2FEA70G4hvMwe51qMN/RAJbknXG23bSlObuTCN7Ndj1aJGH6/L+"
    "hdwfLpUtJm4QYVazzW7DFD27EpSQEqA8bX9+8m1rLg=="
)

# wechatpay-java, core/src/test (Tencent, Apache-2.0): a certificate, its serial number, and a signature over `message`.
MERCHANT_CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIDrTCCApWgAwIBAgIUXxxy4qiTG3Ki4Tr43ukkces5cRUwDQYJKoZIhvcNAQEL
BQAwZjELMAkGA1UEBhMCQ04xEjAQBgNVBAgMCUd1YW5nZG9uZzERMA8GA1UEBwwI
c2hlbnpoZW4xITAfBgNVBAoMGEludGVybmV0IFdpZGdpdHMgUHR5IEx0ZDENMAsG
A1UEAwwEdGVzdDAeFw0yMjA1MTAwMTU3MTBaFw0yNTA1MDkwMTU3MTBaMGYxCzAJ
BgNVBAYTAkNOMRIwEAYDVQQIDAlHdWFuZ2RvbmcxETAPBgNVBAcMCHNoZW56aGVu
MSEwHwYDVQQKDBhJbnRlcm5ldCBXaWRnaXRzIFB0eSBMdGQxDTALBgNVBAMMBHRl
c3QwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCaZzehUwzcxdLgGn/U
NryHLdX0yBvCqD0p92/BdlCIBi0dmzZzrfc+FF0xK70AP9b2+Ry5q+zXUU+dPucJ
mgwABiZ+Lte+4euMxqPCEkdEu9lyiphalpoaOVPbmDNatzq9k5a/P454QRWMdkLU
JZCeoL9bF2Gn/2+wWEw3sL8zFFcOM8Jr1PdOLmAx+h7pf/87jcmXXCm+SZqw5MtI
LKQi9zHWujYdMA0IcYNeQaNl1h/NUnungdIHKaaU+17wCXqTcZsipAGoqfqrHx/s
r30ZszOdHYOvFNiB+rhEldBGSLWwSYE6LFkbP9GdQWKIQCip3E5dLj5ZFkDeOv4H
ekf9AgMBAAGjUzBRMB0GA1UdDgQWBBQQicr3Vq+2NG2ykH0nxQxsct1RtTAfBgNV
HSMEGDAWgBQQicr3Vq+2NG2ykH0nxQxsct1RtTAPBgNVHRMBAf8EBTADAQH/MA0G
CSqGSIb3DQEBCwUAA4IBAQCH//ZlSAbc6xRlwKwwfbHMsVpAfo/p+Y3397Gi4sR8
RbsW6a3ezXhbiSGiJxDnerx9Cmp4K6U+D3Fl0N9K6CDWfwpGNiZvjmCxtM/wb7dM
u+4U0MXJGBcaePj4mtV/+qPxSWDCQ+PR5OcYRQnac9LfrffTuejQx5aw9FcD7egI
SYfgkZ/wgHyQcZyhh8s6DuigpEaVGMLLoWDZGJ3D+rt4kXk9y5+03KBB2vobyl6P
+PDgaYrlNR/UQMnKMdkgWp7bebmrcXte32/6FAwK3SuHZOSkteDtRCYhYfG5SGSr
go1ujfIK1zIFyPkKKnsgTUPJXwdC7LI+ZqJuWTyVTNj6
-----END CERTIFICATE-----
"""
MERCHANT_SERIAL = "5F1C72E2A8931B72A2E13AF8DEE92471EB397115"
SIGNED_MESSAGE = (
    "Rq+5ZpWV6IHTWE1+9gCrYJKguNgbItpMdlIA+PVCPCdUAKNlohZz7CL7Y8xWDIFJjdGnErMj6Z+Q/h9CF5MV+nAVkqDmBR0uP5pp"
    "sUEzco4ijvKHsvI2ro4boSW6vSfQs3W8I4QSI9a0/NFIgvj83Fv27LIYZf7deaFWmEwd1fpAeJRCyoKyBeJPdsjVx0//Lqe6Wze2"
    "zVdliLcBvaHCfpd8+rAVGS+FQDeWgHqJ7n/Zy09LmV1/ghs7pO1mdjdD16SHKlysAD3K5hNGUJX/SHrEXEcu1yO1AOb/YvOVkjNh"
    "8243rcfXNE5L4ph2XS11vS+2aToKYSOcKUagf0LLaw=="
)

# The same, AeadAesCipherTest: key, nonce, associated data, plain text and cipher text. Then wechatpay-go, utils/aes_test.go.
SEALED = (
    ("a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb", "uluk4a9R25RW", "associatedData", "message", "ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI="),
    (
        "testAPIv3Key0000",
        "wCq51qZv4Yfg",
        "Dl56FrqWQJF1t9LtC3vEUsniZKvbqdR8",
        "Hello World",
        "FsdXzxryWfKwvLJKf8LG/ToRPTRh8RN9wROC",
    ),
)

# Alipay, opendocs, 自行实现签名: the parameters of the example, and the text to be signed. No key is published with it; the
# signatures are OpenSSL's (`openssl dgst -sha256 -sign`) over that text in GBK and in UTF-8.
ALIPAY_PARAMS = {
    "app_id": "2014072300007148",
    "method": "alipay.mobile.public.menu.add",
    "charset": "GBK",
    "sign_type": "RSA2",
    "timestamp": "2014-07-24 03:07:50",
    "biz_content": (
        '{"button":[{"actionParam":"ZFB_HFCZ","actionType":"out","name":"话费充值"},{"name":"查询","subButton":'
        '[{"actionParam":"ZFB_YECX","actionType":"out","name":"余额查询"},{"actionParam":"ZFB_LLCX","actionType":"out",'
        '"name":"流量查询"},{"actionParam":"ZFB_HFCX","actionType":"out","name":"话费查询"}]},'
        '{"actionParam":"http://m.alipay.com","actionType":"link","name":"最新优惠"}]}'
    ),
    "sign": "e9zEAe4TTQ4LPLQvETPoLGXTiURcxiAKfMVQ6Hrrsx2hmyIEGvSfAQzbLxHrhyZ48wOJXTsD4FPnt",
    "version": "1.0",
}
ALIPAY_BEGINS = 'app_id=2014072300007148&biz_content={"button":[{"actionParam":"ZFB_HFCZ"'
ALIPAY_ENDS = (
    '"name":"最新优惠"}]}&charset=GBK&method=alipay.mobile.public.menu.add&sign_type=RSA2'
    "&timestamp=2014-07-24 03:07:50&version=1.0"
)
ALIPAY_SIGNED = {
    "gbk": (
        "MAIBE884tNd8ZtXrZfOy6C5NmtPo2OfEgthYQ9ghq3LRqBP77SG1NdbHXezouLaIFwBuTrhrBqFv0SMTAkFXw4aQy/FF+LFXGMCG"
        "SyAZdwEbRP0lWXRt6PtabmFnT1qO8+icojbY258REE6XUKlnBi/nP+7pD+AiaDmpxfmCQSOZS1+QPMGFbFj56ElXXvCGG0yduuRG"
        "blvccg3elRD1csNHg1sBAfhydZTTSUWz+Y9qURHWVxBSt7AH4WeFIylPpyQFhQiXMwidrqAnt/rRvBZM1snnnT5tVJ7f0rYuNNUU"
        "liffk8/frIQpnwMHeWmvDB+HTfbXXPdRaEko43JZYw=="
    ),
    "utf-8": (
        "11dFEYxCMEG0ceMzaJg75G1ChEkSDsZx8aoANmmU6e6geM/0WNi+DnxzLEvpWDz8kHUPWt/kU/43Dc7Jh4kaHFY29magzMc1J9jm"
        "kN2HFaUJf/320/66Q0SmnEtlzc78gqUS0ziu/10hATGaJDbYWcvBS6B7LXDo2wI38/kegHhq+scUnY3o1WBmo3YIbnyTjZYeAs59"
        "ZmsZj8pxVHkM1JyHg3Utq2+PmHBsaGNsKd2YOKs0duMwaEjPqKd9amKEJQhiuRM++UxzmZQ+f7pxaUGTLJ0UXCdMQiMeEJTVaQ2J"
        "RbeYojJ6/ssc7H4oTZPUR1ex/INkcXjqRcsZvhMNOg=="
    ),
}
# alipay-easysdk, java/src/test/resources/fixture (Ant Group, Apache-2.0): an app's certificate.
# Its number by `openssl x509 -issuer -serial -nameopt RFC2253` and md5sum.
APP_CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIEqzCCA5OgAwIBAgIQICEJBISLTM195SDUTFcqgzANBgkqhkiG9w0BAQsFADCBgjELMAkGA1UE
BhMCQ04xFjAUBgNVBAoMDUFudCBGaW5hbmNpYWwxIDAeBgNVBAsMF0NlcnRpZmljYXRpb24gQXV0
aG9yaXR5MTkwNwYDVQQDDDBBbnQgRmluYW5jaWFsIENlcnRpZmljYXRpb24gQXV0aG9yaXR5IENs
YXNzIDEgUjEwHhcNMjEwOTA0MDgyMzM4WhcNMjMwOTA0MDgyMzM4WjBzMQswCQYDVQQGEwJDTjEn
MCUGA1UECgwe5L2v5pyU5oiP5rWL6K+V6Zu25LiA55qE5YWs5Y+4MQ8wDQYDVQQLDAZBbGlwYXkx
KjAoBgNVBAMMITIwODgwNDE2NzIzMzcwNjUtMjAyMTAwMjE3NzY3MzAyOTCCASIwDQYJKoZIhvcN
AQEBBQADggEPADCCAQoCggEBAIR8YYwwcxy05HWMEvZ/Qur6tanpqhbogszVd7H67ychHaSrkm07
y5ETOF2XVYKpIE+myucnEWFAyHkYAk2VQuvluO0wltW83sfAZ3peSdkEhBi+Oxq2IIOIud5l+c/D
PFHM3g4y773T/5l+cjZmXUK9ivNqZFndztL1rAraimdKhE10QRCJDO81sApyrVGR3AW0/4O4Teg3
OjmsfN/V5GhL23I3N2wLfXcbo5gBnk7pvZlwQBuLzoh2E3JDERwO/LRzYD4I80jWk+I9U9486uGD
VmolrB7cLj3pPGhlHT2/7xEoZ6I8sPRPTj9ju64erEfiVtkVdyIJQlEMGWecmgECAwEAAaOCASkw
ggElMB8GA1UdIwQYMBaAFHEH4gRhFuTl8mXrMQ/J4PQ8mtWRMB0GA1UdDgQWBBTL7223IQHq1giv
oQ3o04ZCZmw/rjBABgNVHSAEOTA3MDUGB2CBHAFuAQEwKjAoBggrBgEFBQcCARYcaHR0cDovL2Nh
LmFsaXBheS5jb20vY3BzLnBkZjAOBgNVHQ8BAf8EBAMCBsAwLwYDVR0fBCgwJjAkoCKgIIYeaHR0
cDovL2NhLmFsaXBheS5jb20vY3JsNTcuY3JsMGAGCCsGAQUFBwEBBFQwUjAoBggrBgEFBQcwAoYc
aHR0cDovL2NhLmFsaXBheS5jb20vY2E2LmNlcjAmBggrBgEFBQcwAYYaaHR0cDovL2NhLmFsaXBh
eS5jb206ODM0MC8wDQYJKoZIhvcNAQELBQADggEBAEgS8ebnKFT47mMVLW3dN0gZQXdX75tsY3wA
qmTMdP3Bd0ZodRXSHFFFMF1wWkmfKBUMP0tbKGT0cGpf1H1LCvFG+hQdxCPhn1ulq7neJx+0X7RQ
Nh1AOUuVmT8C960x3IHu57zGrRYs0wC6dL35XVxWoB6C8kpMrM0SYg7V94Qypp3efpDjDevcmzaS
M27JL6eU4eP8AZ29IRz2CD7LWEZD44RZTc/EQzoPmcFMB6VU54TGLNOWCckLL8AT7nS29JBALb1P
T0pCpDJKdrrFdq/zVcJFepszzqeqHnXc+WO4u+8ShsUXwg7s9rm3vEoEz5Yr6ZWGYQUDyNEwbIGj
ZaU=
-----END CERTIFICATE-----
"""
APP_CERTIFICATE_SN = "e1b085ae86cbbba54fe9dc6cdf82b65a"

# Stripe publishes the scheme and no vector. The message is that of stripe-python's tests, the digest OpenSSL's
# (`openssl dgst -sha256 -hmac`).
STRIPE_SECRET = "whsec_test_secret"
STRIPE_BODY = b"""{
  "id": "evt_test_webhook",
  "object": "event",
  "data": { "object": { "id": "rdr_123", "object": "terminal.reader" } }
}"""
STRIPE_HEADER = "t=1492774577,v1=d21d91b425674689e03346536b8fec6384a8721d43ebe269a1689a3ad22cba9c"

# PayPal-Python-SDK, test/unit_tests/notifications_test.py (PayPal): a message and what is signed of it. CRC-32 by gzip, the
# signature by OpenSSL: PayPal's own certificate is not published with its signature.
PAYPAL_BODY = (
    b'{"id":"WH-0G2756385H040842W-5Y612302CV158622M","create_time":"2015-05-18T15:45:13Z","resource_type":'
    b'"sale","event_type":"PAYMENT.SALE.COMPLETED","summary":"Payment completed for $ 20.0 USD","resource"'
    b':{"id":"4EU7004268015634R","create_time":"2015-05-18T15:44:02Z","update_time":"2015-05-18T15:44:21Z"'
    b',"amount":{"total":"20.00","currency":"USD"},"payment_mode":"INSTANT_TRANSFER","state":"completed","'
    b'protection_eligibility":"ELIGIBLE","protection_eligibility_type":"ITEM_NOT_RECEIVED_ELIGIBLE,UNAUTHO'
    b'RIZED_PAYMENT_ELIGIBLE","parent_payment":"PAY-86C81811X5228590KKVNARQQ","transaction_fee":{"value":"'
    b'0.88","currency":"USD"},"links":[{"href":"https://api.sandbox.paypal.com/v1/payments/sale/4EU7004268'
    b'015634R","rel":"self","method":"GET"},{"href":"https://api.sandbox.paypal.com/v1/payments/sale/4EU70'
    b'04268015634R/refund","rel":"refund","method":"POST"},{"href":"https://api.sandbox.paypal.com/v1/paym'
    b'ents/payment/PAY-86C81811X5228590KKVNARQQ","rel":"parent_payment","method":"GET"}]},"links":[{"href"'
    b':"https://api.sandbox.paypal.com/v1/notifications/webhooks-events/WH-0G2756385H040842W-5Y612302CV158'
    b'622M","rel":"self","method":"GET"},{"href":"https://api.sandbox.paypal.com/v1/notifications/webhooks'
    b'-events/WH-0G2756385H040842W-5Y612302CV158622M/resend","rel":"resend","method":"POST"}]}'
)
PAYPAL_TEXT = b"dfb3be50-fd74-11e4-8bf3-77339302725b|2015-05-18T15:45:13Z|4JH86294D6297924G|2771810304"
PAYPAL_SIGNED = (
    "Pr/jaVGnZHR9yLCJvH1JTiHOmBPwJRAzdiCZDnPrjBEd0/tj1/PeWhNb1zSXtM2pjGS2rZez2o4LvdbjjWL6vEA6OjrXdvW6AG4y"
    "O2b+Zj4qFM+J1pCpomkn1RPcoi6Z8KYfYSkG6KSJqpLM8i9sKXEUK23YDEUt32qVauRPXhOWIswjary49HKn/Gfq7GISjtj8Ej8A"
    "irKbb4uQp1FGzHiZchdRjmK3rcLtgyn+MFdR5JBIOEoXXNrjMzSKjmn1JMqQooOJd/jmGZ9uGQL9Y3/vfVfxRFoWLnC4MWgm5t4o"
    "iqNuG/zHdcDxSLZryzcZEWDXvWMCz1lDm+Brp6f1qw=="
)
