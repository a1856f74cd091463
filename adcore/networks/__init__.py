"""The networks and their assembly: VGG16, ResNet50, clinical MLP, attention over planes, late fusion."""
