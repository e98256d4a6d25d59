variable "lambda_package" {
  description = "The functions' code, and the runtime and architecture that it was built for. The default is where `make package` of this repository puts it."
  type = object({
    filename     = string
    runtime      = optional(string, "python3.13")
    architecture = optional(string, "arm64")
  })
  default = {
    filename = "../../build/package/transactions-python3.13-arm64.zip"
  }
  nullable = false
}
