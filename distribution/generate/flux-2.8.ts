import type { Release } from "./release";

/** Flux 2.8: tags and image digests as published with the release. */
export const release: Release = {
  version: "v2.8.8",
  crdModule: "flux-crds-2.8",
  webhookPort: undefined,
  tags: {
    "source-controller": "v1.8.5",
    "kustomize-controller": "v1.8.5",
    "helm-controller": "v1.5.5",
    "notification-controller": "v1.8.4",
    "image-reflector-controller": "v1.1.2",
    "image-automation-controller": "v1.1.4",
    "source-watcher": "v2.1.1",
  },
  digests: {
    "upstream-alpine": {
      "source-controller":
        "sha256:65172e2405cf95b92c4b00cefd28d5e8ffd1f81d6d097f85c6e83a9c557c9def",
      "kustomize-controller":
        "sha256:70e2a25edeee82690e68662409fb1b60f7d3084c93435e8ab5337a6e0244ffed",
      "helm-controller": "sha256:b4b8f7715cc7cb61382eeb82bea108d1bdd965b00e7192c5dc9ab7436a33658b",
      "notification-controller":
        "sha256:75842ecfcca4397a788051d6b00ec34f96ea74788c92d9c360fc4d196ea04551",
      "image-reflector-controller":
        "sha256:45b219b1baddedcc0d6cd09da77c57d235bd225652eafb168981fb78cede640d",
      "image-automation-controller":
        "sha256:a888b32b1e0f4fd754bc1db606741503300d3efb060e82b9c28d3852f1008049",
      "source-watcher": "sha256:b3ffcbde086ca630ac27430d4eca860e5434aa9b827c6c1d6419c4e8f59749d1",
    },
    "enterprise-alpine": {
      "source-controller":
        "sha256:710ab83484d49c4143585d5a0e4ccaa41c3e8ab1de75bf2e388efdceab49576c",
      "kustomize-controller":
        "sha256:6eabca86b2b819b31d450f578bb40202da75985b6e1709b4808cfe52e544bbd2",
      "helm-controller": "sha256:e815535b990ad8e782729954d98260b71d7c6005c9f5eedbdc24cd6c5393de7b",
      "notification-controller":
        "sha256:a6e4761c010bacc7a0e4f189b83f3b271e80b0d6a7611194702c62271183fb0b",
      "image-reflector-controller":
        "sha256:10d8ff4bb9befb4f1461e86788feb24d9579960ed7c529a350d95ab8b4d1599a",
      "image-automation-controller":
        "sha256:0f85df6ef50fad4c9c1e8a5bd1c2b4d6e5208c015b1a9f887a8729a5b02576ec",
      "source-watcher": "sha256:269c42a79e0231ba0fead7c85bd1d90b52c8e3bf734cd3e05a40cc6859676ae8",
    },
    "enterprise-distroless": {
      "source-controller":
        "sha256:2fdcdcb9953439597dcfa0d1f456f3deb2150495a84f750e600e8d8ed093c8d4",
      "kustomize-controller":
        "sha256:644729c43826970e668ce75ad10836590ecf99349f5d62d6cb88ed12a9dfd24c",
      "helm-controller": "sha256:98437c74b9c443711f52b49702f7de56940f828e42070c43148a122880331a4c",
      "notification-controller":
        "sha256:aa1419350dced2fbb8172511be11d024c2a243adfcf8348746d5a85fc3a97622",
      "image-reflector-controller":
        "sha256:caeeb67c35d2a7f20ebf026e1483684fd9481bc9942b9c211d14bdb74f87c30c",
      "image-automation-controller":
        "sha256:526519633916ba7d3fadfc90122566e6ee8842425fb58eb9a867356382b051be",
      "source-watcher": "sha256:284c7e59ca43ebf4d0fcf0ce05131a7f57c9215ae21d92c8e3462a0f028fc128",
    },
    "enterprise-distroless-fips": {
      "source-controller":
        "sha256:19bd5b1ee18addeaa299a2ed3c27d7a70726fd5498bc48a24aab3bbef627d221",
      "kustomize-controller":
        "sha256:19830c299c7c8623d1314f2603c788356914b6f861e90a419c8bf9892e552305",
      "helm-controller": "sha256:39d26e3d93272b99be8542b3c8c63980ad002a2bc4da4394624d86fed1b31120",
      "notification-controller":
        "sha256:a7ec6bc89a36d1771d741b56c8edf28c286df72a664af7460da3fbcdcff415bc",
      "image-reflector-controller":
        "sha256:282b834d383815ed1217ac1133b3a041a9dd2dd07bbaa467fd616b018c3e8ca8",
      "image-automation-controller":
        "sha256:ff565e6f33f3ef011c03acd15553560f54008b83f99ed0ad88861e010225ef61",
      "source-watcher": "sha256:5ca3074ccc6446fb5060939626019240f4cc7c4a90798de284a518fd879c2e98",
    },
  },
};
