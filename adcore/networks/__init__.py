"""The networks in torch: VGG16, ResNet50 and clinical MLP, attention over slices, late fusion, slice segmentation."""
