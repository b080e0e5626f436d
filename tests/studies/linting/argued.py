"""What the rules find in the built-in networks, by rule and file, and why each is a true remark and no false alarm."""

from __future__ import annotations

ARGUED: dict[str, tuple[str, tuple[str, ...]]] = {
    "A101": (
        "The published sizes do leave pixels unread: Caffe's and the authors' own, which the papers' tables show.",
        ("fcn-heads.yaml", "m5.yaml", "nasnet.yaml", "sppnet.yaml", "torchvision/squeezenet.yaml"),
    ),
    "A103": (
        "The authors' code keeps these biases; papers do not mention them.",
        ("attention-unet.yaml", "hrnet.yaml", "m5.yaml", "torchvision/vgg.yaml", "unet-plus-plus.yaml"),
    ),
    "A107": (
        "FCN's scores are upsampled by a second linear map, initialized to interpolation and learned; the linear projections of MobileNetV3 are allowed in the spec.",
        ("fcn.yaml", "mobilenet_v3.yaml", "torchvision/mobilenet_v3.yaml"),
    ),
    "A109": (
        "Projected or subsampled shortcuts of residual networks, and ResNet's v1: a known weakness (ResNet-B and -D mend it).",
        (
            "nasnet.yaml",
            "preresnet.yaml",
            "regnet.yaml",
            "repvgg.yaml",
            "resnet-cifar.yaml",
            "resnet.yaml",
            "resnet_v2.yaml",
            "resnext-cifar.yaml",
            "resnext.yaml",
            "retinanet.yaml",
            "se-resnet.yaml",
            "torchvision/deeplabv3.yaml",
            "torchvision/fcn.yaml",
            "torchvision/regnet.yaml",
            "torchvision/resnet.yaml",
            "torchvision/resnext.yaml",
            "torchvision/video_resnet.yaml",
            "torchvision/wide_resnet.yaml",
            "video-resnet.yaml",
            "wide-resnet.yaml",
            "xception.yaml",
        ),
    ),
    "A113": (
        "DLA, NASNet and Xception pool on one path and convolve on another, with different centers; causal networks allow it in the spec.",
        ("dla.yaml", "nasnet.yaml", "sequence/tcn.yaml", "sequence/wavenet.yaml", "xception.yaml"),
    ),
    "A114": (
        "Fully connected layers after feature maps, or classifiers of narrow networks: what later papers replaced.",
        (
            "alexnet.yaml",
            "caffenet.yaml",
            "dcgan.yaml",
            "fast-rcnn.yaml",
            "fcn-heads.yaml",
            "fcn.yaml",
            "inception-module.yaml",
            "lenet5-modern.yaml",
            "lenet5.yaml",
            "m5.yaml",
            "mnasnet.yaml",
            "mobilenet_v1.yaml",
            "mobilenet_v2.yaml",
            "rcnn.yaml",
            "shufflenet_v2.yaml",
            "siamese.yaml",
            "sppnet.yaml",
            "torchvision/alexnet.yaml",
            "torchvision/mnasnet.yaml",
            "torchvision/shufflenet_v2.yaml",
            "torchvision/vgg.yaml",
            "vgg.yaml",
            "yolov1.yaml",
            "yolov2.yaml",
            "yolov3.yaml",
        ),
    ),
    "A116": (
        "torchvision's DeepLab head.",
        ("torchvision/deeplabv3.yaml",),
    ),
    "A119": (
        "YOLOv1 flattens 1024×7×7, as the paper draws it.",
        ("yolov1.yaml",),
    ),
    "A120": (
        "DCGAN's 5×5 kernels with stride 2: the example of the article that describes the effect.",
        ("dcgan.yaml",),
    ),
    "A122": (
        "FCN's padding of 100: allowed in the specs.",
        ("fcn-heads.yaml", "fcn.yaml"),
    ),
}
