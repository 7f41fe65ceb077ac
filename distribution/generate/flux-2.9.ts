import type { Release } from "./release";

/** Flux 2.9: tags and image digests as published with the release. */
export const release: Release = {
  version: "v2.9.4",
  crdModule: "flux-crds-2.9",
  webhookPort: 9292,
  tags: {
    "source-controller": "v1.9.4",
    "kustomize-controller": "v1.9.4",
    "helm-controller": "v1.6.3",
    "notification-controller": "v1.9.3",
    "image-reflector-controller": "v1.2.4",
    "image-automation-controller": "v1.2.4",
    "source-watcher": "v2.2.3",
  },
  digests: {
    "upstream-alpine": {
      "source-controller":
        "sha256:8a8ed0a57b8b86f561d5a4309a69f65e62f0cebe4de8801593c5ff35a3bc3c23",
      "kustomize-controller":
        "sha256:2b8bec54ffb6caf421bd2a6c005d27f567d5dd4db7feb55794fb51fcabd69b8f",
      "helm-controller": "sha256:16ada99456385100698a5d7adf90aba8a2089d987ab541c9566b6d7b0e897038",
      "notification-controller":
        "sha256:071c351a0fb163eeb6a2bb82f1e894f51b6b0734216d2e97d3d99c9ab9d710b9",
      "image-reflector-controller":
        "sha256:d63550296dc9a6c2b7c9246cb7ef6e52d7469d5b104cd329622301b46971e255",
      "image-automation-controller":
        "sha256:0286cbba95a2606a006e370052cb642f4370cb42ceea8353b5cba922cf47770c",
      "source-watcher": "sha256:40f35415a78f4514aea41cf4d6dd299d59bc646eb4a73365eac831c8ced2445a",
    },
    "enterprise-alpine": {
      "source-controller":
        "sha256:32671bcc1c10b4f91e08b133ce0a52fc2192b96a3526973fea4bcfc940f16ab4",
      "kustomize-controller":
        "sha256:c60ad5b573bbe7346565f72484d0a963729a69783ab92d4ee30bb7f9478dbfb0",
      "helm-controller": "sha256:b4cfaae9e19eea03b6270da3a6f8d070d1a1ca25cfe72fee3292723d88432ee9",
      "notification-controller":
        "sha256:48125c00db3b7a1fe63b394345107ba408b0a23b2ad87db64d6e3b4357c9a536",
      "image-reflector-controller":
        "sha256:5d4ce8a9e8656ba7624aa2f1c4324f48d809f2c7155327561b39dfeeb1cff9ec",
      "image-automation-controller":
        "sha256:c9f7b603d138dd73f93a3732c5ea5d1bb1f814f1f9691d0332ba3d8598f96f51",
      "source-watcher": "sha256:aa6e17456806089f89c2ec92c694cb2cc247734d9027da89c0de16b41a175786",
    },
    "enterprise-distroless": {
      "source-controller":
        "sha256:e0bbbb74f7c7da7743627ebd0a7779917a4cb5d66dfffbe18a700ab8dd37d9df",
      "kustomize-controller":
        "sha256:d5c22c6e500b048fe65e9ca8047f2431a7761f6fddb773f9d57a2a62297f0ea2",
      "helm-controller": "sha256:07225867d3d8d3e400673b6aa297ea17be1b53e67e66dfbb83797a13885d4906",
      "notification-controller":
        "sha256:bafdee5ab6a9530d6fcab6df1676f818ea585de06237d882b1c6bfa509dc0322",
      "image-reflector-controller":
        "sha256:af85bf509cc46505c0cbd16f8fe201b12992730da60ad409daa2ec6cf8462425",
      "image-automation-controller":
        "sha256:f5f56a14d59687c95e093f7e18de3269cf60bea99aad8fcc4cc58f0b8e599e1c",
      "source-watcher": "sha256:213d0a85fe3b0f6e948c57ffcfa8e4521e99d935d92c5c403a44da21998b999a",
    },
    "enterprise-distroless-fips": {
      "source-controller":
        "sha256:7802668f9555f16a40d89220f00047a1c354c13fc31f0a0c28bd7979ae76c307",
      "kustomize-controller":
        "sha256:65057f9ed9c7196822c93d05eec1218b2dc07371c23836f6688a24c409e49083",
      "helm-controller": "sha256:dda515050c2df782c34c38410fa78caed44cfc2cf53de872a89583ec6e8c6e20",
      "notification-controller":
        "sha256:932d497438f0242189618f10fdee5770101e41d4241dd6bcc24d461a5f6214f4",
      "image-reflector-controller":
        "sha256:096fb4085a0749d3a4274fd31200f978228bf59aeace045f8b32a022f6400d71",
      "image-automation-controller":
        "sha256:ad8b02e628d961805b743b3aeeee9df1c83275ba171e1fd77f076565043a4933",
      "source-watcher": "sha256:1fa73c19e9bfe5d1546c36612df16de29b08f08291794ac4d4ffe6c35195b434",
    },
  },
};
