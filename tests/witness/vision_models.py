"""The vision networks of `specs` that timm and Keras build too: our name, and theirs."""

from __future__ import annotations

TIMM = {
    **{name: name for name in ("inception_v4", "inception_resnet_v2", "ghostnet_050", "ghostnet_100", "ghostnet_130")},
    **{
        f"dla{name}": f"dla{name}"
        for name in ("34", "46_c", "46x_c", "60", "60x_c", "60x", "102", "102x", "102x2", "169")
    },
    **{f"hrnet-w{width}": f"hrnet_w{width}" for width in (18, 30, 32, 40, 44, 48, 64)},
    **{f"mixer-{size}": f"mixer_{size}_224" for size in ("s32", "s16", "b32", "b16", "l32", "l16")},
    "convmixer-1536-20": "convmixer_1536_20",
    "convmixer-768-32": "convmixer_768_32",
    "convmixer-1024-20": "convmixer_1024_20_ks9_p14",
    **{
        f"repvgg_{name}": f"repvgg_{name}"
        for name in ("a0", "a1", "a2", "b0", "b1", "b1g4", "b2", "b2g4", "b3", "b3g4")
    },
    "vovnet39": "vovnet39a",
    "vovnet57": "vovnet57a",
    **{f"ese_vovnet{name}": f"ese_vovnet{name}" for name in ("19b_slim", "19b_slim_dw", "19b_dw", "39b", "57b", "99b")},
    "nasnet-a-large": "nasnetalarge",
}

KERAS = {
    "xception": "Xception",
    **{f"vgg{depth}": f"VGG{depth}" for depth in (16, 19)},
    **{f"resnet{depth}": f"ResNet{depth}" for depth in (50, 101, 152)},
    **{f"resnet{depth}v2": f"ResNet{depth}V2" for depth in (50, 101, 152)},
    "inception_v3": "InceptionV3",
    "inception_resnet_v2": "InceptionResNetV2",
    "mobilenet_v1": "MobileNet",
    "mobilenet_v2": "MobileNetV2",
    **{f"mobilenet_v3_{size.lower()}": f"MobileNetV3{size}" for size in ("Large", "Small")},
    **{f"densenet{depth}": f"DenseNet{depth}" for depth in (121, 169, 201)},
    "nasnet-a-mobile": "NASNetMobile",
    "nasnet-a-large": "NASNetLarge",
    **{f"efficientnet_b{step}": f"EfficientNetB{step}" for step in range(8)},
    **{f"efficientnet_v2_b{step}": f"EfficientNetV2B{step}" for step in range(4)},
    **{f"efficientnet_v2_{size.lower()}": f"EfficientNetV2{size}" for size in "SML"},
    **{f"convnext_{size.lower()}": f"ConvNeXt{size}" for size in ("Tiny", "Small", "Base", "Large", "XLarge")},
}

TOGETHER = {("keras", "xception"), ("timm", "nasnet-a-large")}
"""Networks of which one side has a separable convolution as one layer, and the other as two: here as the paper writes
it. Their totals are compared."""

BIASED = ("resnet50", "resnet101", "resnet152")
"""Networks whose convolutions have biases in Keras, which batch norm cancels."""
