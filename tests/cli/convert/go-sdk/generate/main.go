// Writes the Go SDK that Pulumi's own generator makes of a schema: generate SCHEMA FOLDER.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strings"

	gen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func generate(schemaFile, folder string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	// As `pulumi package add` does: it decides the import path.
	spec.Meta = &schema.MetadataSpec{SupportPack: true}
	// The schema refers to no other package, so nothing is loaded.
	loader := struct{ schema.Loader }{}
	pkg, err := schema.ImportSpec(spec, nil, loader, schema.ValidationOptions{})
	if err != nil {
		return err
	}
	files, err := gen.GeneratePackage("flux-instance tests", pkg, nil)
	if err != nil {
		return err
	}
	for name, content := range files {
		if !strings.HasSuffix(name, ".go") && filepath.Base(name) != "pulumi-plugin.json" {
			continue
		}
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
