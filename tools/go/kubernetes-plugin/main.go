// The Kubernetes plugin of Pulumi, as its own main.go starts it. The build adds the embedded files from the module:
// https://github.com/pulumi/pulumi-kubernetes/blob/v4.25.0/provider/cmd/pulumi-resource-kubernetes/main.go
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, terraformMapping)
}
