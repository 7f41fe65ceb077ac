// Writes the Java SDK that Pulumi's own generator makes of a schema: sdk-gen-java SCHEMA FOLDER. It is a module of its own,
// as the generator is built for another version of the schema's reader than those of the other languages.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi-java/pkg/codegen/java"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: sdk-gen-java SCHEMA FOLDER")
	}
	if err := generate(os.Args[1], filepath.Join(os.Args[2], "java")); err != nil {
		log.Fatalf("java: %v", err)
	}
}

// As the language plugin of the Pulumi CLI does it, so that `pulumi package gen-sdk` gives the same bytes:
// https://github.com/pulumi/pulumi-java/blob/v1.21.2/pkg/cmd/pulumi-language-java/main.go
func generate(schemaFile, folder string) error {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		return err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	deduplicated, diagnostics, err := java.DeduplicateTypes(&spec)
	if err != nil {
		return err
	}
	if diagnostics.HasErrors() {
		return diagnostics
	}
	// The schema refers to no other package, so nothing is loaded.
	loader := struct{ schema.Loader }{}
	pkg, diagnostics, err := schema.BindSpec(*deduplicated, loader, schema.ValidationOptions{})
	if err != nil {
		return err
	}
	if diagnostics.HasErrors() {
		return diagnostics
	}
	files, err := java.GeneratePackage("pulumi-language-java", pkg, nil, nil, false, false)
	if err != nil {
		return err
	}
	return write(folder, files)
}

func write(folder string, files map[string][]byte) error {
	for name, content := range files {
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
