"""Tables as students fill them: written down first, with what a teacher would say, and only then checked.

Each has its story, the network that was asked, what a teacher would say, and the table. A teacher says of one cell,
or of the table as a whole (``habit``), which mistake it is; or that there is nothing to explain (``unexplained``).
"""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """What a teacher says: the mistake, and of which cell; without a cell, of the whole table."""

    mistake: str
    layer: str = ""
    column: str = ""


class Paper(NamedTuple):
    """One student's paper."""

    story: str
    network: str
    says: tuple[Said, ...]
    table: str


PAPERS = (
    Paper(
        "Ada counts weights as in the lecture on CS231n's VGG table, never a bias.",
        "alexnet",
        (Said("forgot-bias"),),
        """
        layer,params
        conv1,"34,848"
        conv2,"307,200"
        conv3,"884,736"
        conv4,"663,552"
        conv5,"442,368"
        fc6,"37,748,736"
        fc7,"16,777,216"
        fc8,"4,096,000"
        total,"60,954,656"
        """,
    ),
    Paper(
        "Ben has not seen that conv2, conv4 and conv5 stand in two towers.",
        "alexnet",
        (Said("groups-ignored"), Said("groups-ignored", "conv4", "params")),
        """
        Layer;Output;Parameters
        Conv1;55x55x96;34.944
        Conv2;27x27x256;614.656
        Conv3;13x13x384;885.120
        Conv4;13x13x384;1.327.488
        Conv5;13x13x256;884.992
        FC6;4096;37.752.832
        FC7;4096;16.781.312
        FC8;1000;4.097.000
        Total;;62.378.344
        """,
    ),
    Paper(
        "Cem takes the 224 that the paper prints, and goes on rightly from there.",
        "alexnet",
        (Said("other-input-size", "conv1", "output"),),
        """
        layer,output,params
        conv1,54x54x96,34944
        pool1,26x26x96,0
        conv2,26x26x256,307456
        pool2,12x12x256,0
        conv3,12x12x384,885120
        conv4,12x12x384,663936
        conv5,12x12x256,442624
        pool5,5x5x256,0
        fc6,4096,26218496
        fc7,4096,16781312
        fc8,1000,4097000
        """,
    ),
    Paper(
        "Dana feeds LeNet-5 with MNIST's 28 pixels.",
        "lenet5-modern",
        (Said("other-input-size", "C1", "output"),),
        """
        | layer | output |
        |-------|--------|
        | C1    | 6@24x24 |
        | S2    | 6@12x12 |
        | C3    | 16@8x8 |
        | S4    | 16@4x4 |
        """,
    ),
    Paper(
        "Emil forgets the padding of every convolution of VGG-16, and works through to the end.",
        "vgg16",
        (Said("forgot-padding"), Said("forgot-padding", "conv1_1", "output")),
        """
        layer,output,params
        conv1_1,222x222x64,1792
        conv1_2,220x220x64,36928
        pool1,110x110x64,
        conv2_1,108x108x128,73856
        conv2_2,106x106x128,147584
        pool2,53x53x128,
        conv3_1,51x51x256,295168
        conv3_2,49x49x256,590080
        conv3_3,47x47x256,590080
        pool3,23x23x256,
        conv4_1,21x21x512,1180160
        conv4_2,19x19x512,2359808
        conv4_3,17x17x512,2359808
        pool4,8x8x512,
        conv5_1,6x6x512,2359808
        conv5_2,4x4x512,2359808
        conv5_3,2x2x512,2359808
        pool5,1x1x512,
        fc6,4096,2101248
        fc7,4096,16781312
        fc8,1000,4097000
        """,
    ),
    Paper(
        "Fatma flattens VGG-16 before its last pool.",
        "vgg16",
        (Said("flatten-before-pool", "fc6", "params"),),
        """
        layer,output,params
        conv5_3,14x14x512,2359808
        pool5,7x7x512,0
        fc6,4096,411045888
        fc7,4096,16781312
        fc8,1000,4097000
        """,
    ),
    Paper(
        "Gus reads FLOPs off a tool for the MACs that were asked.",
        "nin",
        (Said("flops-for-macs"),),
        """
        layer,output,MACs
        conv1,192x32x32,"29,491,200"
        cccp1,160x32x32,"62,914,560"
        cccp2,96x32x32,"31,457,280"
        conv2,192x16x16,"235,929,600"
        cccp3,192x16x16,"18,874,368"
        cccp4,192x16x16,"18,874,368"
        conv3,192x8x8,"42,467,328"
        cccp5,192x8x8,"4,718,592"
        cccp6,10x8x8,"245,760"
        """,
    ),
    Paper(
        "Hana multiplies by the kernel once.",
        "alexnet",
        (Said("kernel-not-squared"),),
        """
        layer,params
        conv1,3264
        conv2,61696
        conv3,295296
        conv4,221568
        conv5,147712
        fc6,37752832
        fc7,16781312
        fc8,4097000
        """,
    ),
    Paper(
        "Ivo gives the pools a kernel for each channel.",
        "alexnet",
        (Said("pool-has-a-kernel-per-channel"),),
        """
        layer,params
        conv1,34944
        pool1,864
        conv2,307456
        pool2,2304
        conv3,885120
        conv4,663936
        conv5,442624
        pool5,2304
        """,
    ),
    Paper(
        "Jana multiplies the weights by the positions of the input.",
        "alexnet",
        (Said("macs-over-input-size", "conv1", "macs"),),
        """
        layer,output,macs
        conv1,96x55x55,1795682592
        conv2,256x27x27,223948800
        conv3,384x13x13,149520384
        conv4,384x13x13,112140288
        conv5,256x13x13,74760192
        """,
    ),
    Paper(
        "Kai copies a summary that counts running statistics as parameters.",
        "mobilenet_v1",
        (Said("norm-with-statistics"),),
        """
        layer,params
        conv0,864
        batchnorm,128
        conv1/depthwise,288
        conv1/batchnorm,128
        conv1/pointwise,2048
        conv1/batchnorm_2,256
        conv2/depthwise,576
        conv2/batchnorm,256
        """,
    ),
    Paper(
        "Lea takes the depthwise convolutions for ordinary ones.",
        "mobilenet_v1",
        (Said("groups-ignored"),),
        """
        layer,params
        conv0,864
        conv1/depthwise,9216
        conv1/pointwise,2048
        conv2/depthwise,36864
        conv2/pointwise,8192
        """,
    ),
    Paper(
        "Max rounds GoogLeNet's pools down.",
        "googlenet",
        (Said("floor-for-ceil", "pool1", "output"),),
        """
        layer,output
        conv1,112x112x64
        pool1,55x55x64
        conv2,55x55x192
        pool2,27x27x192
        3a,27x27x256
        3b,27x27x480
        """,
    ),
    Paper(
        "Nora adds K - 1 at every layer, whatever the strides before it.",
        "alexnet",
        (Said("field-without-jump"),),
        """
        layer,rf
        conv1,11
        pool1,13
        conv2,17
        pool2,19
        conv3,21
        conv4,23
        conv5,25
        pool5,27
        """,
    ),
    Paper(
        "Olaf adds K where K - 1 belongs.",
        "vgg16",
        (Said("field-K-for-K-minus-1"),),
        """
        layer,receptive field
        conv1_1,4
        conv1_2,7
        pool1,9
        conv2_1,15
        conv2_2,21
        pool2,25
        """,
    ),
    Paper(
        "Pia swaps two digits as she writes.",
        "alexnet",
        (Said("digits-swapped", "conv2", "params"),),
        """
        layer,params
        conv1,34944
        conv2,304756
        conv3,885120
        conv4,663936
        """,
    ),
    Paper(
        "Quinn lets pool1 keep the size of its input, and goes on from there.",
        "alexnet",
        (Said("size-kept", "pool1", "output"),),
        """
        layer,output
        conv1,96x55x55
        pool1,96x55x55
        conv2,256x55x55
        pool2,256x27x27
        conv3,384x27x27
        """,
    ),
    Paper(
        "Rosa writes height and width alone.",
        "alexnet",
        (Said("channels-left-out"),),
        """
        layer,output
        conv1,55x55
        pool1,27x27
        conv2,27x27
        pool2,13x13
        conv3,13x13
        """,
    ),
    Paper(
        "Sven lets every map of LeNet-5's C3 read all maps, and does not look at Table I.",
        "lenet5",
        (Said("table-ignored", "C3", "params"),),
        """
        layer,output,params
        C1,28x28x6,156
        S2,14x14x6,12
        C3,10x10x16,2416
        S4,5x5x16,32
        C5,1x1x120,48120
        F6,84,10164
        """,
    ),
    Paper(
        "Tara adds one bias for each layer.",
        "alexnet",
        (Said("bias-counted-once"),),
        """
        layer,params
        conv1,34849
        conv2,307201
        conv3,884737
        conv4,663553
        conv5,442369
        fc6,37748737
        fc7,16777217
        fc8,4096001
        """,
    ),
    Paper(
        "Ugo sums VGG-16's activations to the 24 million that a lecture prints.",
        "vgg16",
        (Said("unexplained", "total", "activations"),),
        """
        layer,activations
        conv1_1,3211264
        conv1_2,3211264
        pool1,802816
        conv2_1,1605632
        conv2_2,1605632
        pool2,401408
        conv3_1,802816
        conv3_2,802816
        conv3_3,802816
        pool3,200704
        total,24M
        """,
    ),
    Paper(
        "Vera counts one filter and its one bias.",
        "alexnet",
        (Said("forgot-output-channels"),),
        """
        layer,params
        conv1,364
        conv2,1201
        conv3,2305
        conv4,1729
        conv5,1729
        """,
    ),
    Paper(
        "Willi adds the padding once.",
        "alexnet",
        (Said("padding-once"), Said("padding-once", "conv2", "output")),
        """
        layer,output
        conv1,96x55x55
        pool1,96x27x27
        conv2,256x25x25
        pool2,256x12x12
        conv3,384x11x11
        conv4,384x10x10
        conv5,256x9x9
        pool5,256x4x4
        """,
    ),
    Paper(
        "Xenia's calculator has a K of 1024.",
        "alexnet",
        (Said("K-is-1024"),),
        """
        layer,params
        conv1,34.1K
        conv2,300.2K
        conv3,864.4K
        conv4,648.4K
        conv5,432.2K
        """,
    ),
    Paper(
        "Yann calls his network alexnet, and works through torchvision's.",
        "alexnet",
        (Said("other-network:torchvision/alexnet"),),
        """
        layer,output,params
        conv1,64x55x55,23296
        pool1,64x27x27,0
        conv2,192x27x27,307392
        pool2,192x13x13,0
        conv3,384x13x13,663936
        conv4,256x13x13,884992
        conv5,256x13x13,590080
        pool5,256x6x6,0
        fc6,4096,37752832
        """,
    ),
    Paper(
        "Zoe multiplies parameters by positions, biases and all.",
        "alexnet",
        (Said("macs-with-biases"),),
        """
        layer,macs
        conv1,105705600
        conv2,224135424
        conv3,149585280
        conv4,112205184
        conv5,74803456
        fc6,37752832
        """,
    ),
    Paper(
        "Anton forgets the stride of the first layer and gives up after it.",
        "alexnet",
        (Said("forgot-stride", "conv1", "output"),),
        """
        layer,output,params
        conv1,217x217x96,34944
        pool1,,
        conv2,,307456
        """,
    ),
    Paper(
        "Bea adds up the channels of ResNet-18's shortcut.",
        "resnet18",
        (Said("concat-for-add", "conv3_x/1/add", "output"),),
        """
        layer,output
        conv1,64x112x112
        pool1,64x56x56
        conv3_x/1/add,256x28x28
        """,
    ),
)
