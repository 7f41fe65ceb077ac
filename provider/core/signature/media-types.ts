/** What the media types of Sigstore bundles begin with. */
export const BUNDLE = "application/vnd.dev.sigstore.bundle";

/** The media type of a signed payload of the older form. */
export const SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
