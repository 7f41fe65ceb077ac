// Installs and manages Flux CD on Kubernetes, with every object of Flux as a Pulumi resource.
package fluxinstance
