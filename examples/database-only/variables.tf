variable "function_package" {
  description = "Zip file of your function, and the runtime and architecture that it was built for. The README builds the default."
  type = object({
    filename     = string
    runtime      = optional(string, "python3.13")
    architecture = optional(string, "arm64")
  })
  default = {
    filename = "function.zip"
  }
  nullable = false
}
